# What is read back is held to what was asked. The results of the steps are given at plan time (terraform 1.11), because
# an applied step runs its program even where its resource is mocked.

variables {
  root             = "/srv/golden"
  scope            = "kubernetes-node"
  channel          = "web-nodes"
  serial           = 42
  signing_key_file = "/srv/keys/baseline-1.pem"
  verifier_url     = "https://verifier.example.com:8443"
  token_file       = "/srv/keys/operator.token"
  trust_root_file  = "/srv/keys/trust-root.json"
  out_file         = "/srv/out/web-nodes.golden"
}

run "published_baseline_is_read_back" {
  command = plan

  override_resource {
    target          = terraform_data.receipt
    override_during = plan
    values = {
      output = { channel = "web-nodes", serial = 42, digest = "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855" }
    }
  }

  assert {
    condition     = output.channel == "web-nodes" && output.serial == 42 && output.digest == "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    error_message = "the outputs are what the receipt says"
  }
}

run "serial_in_words_is_read_as_a_number" {
  command = plan

  override_resource {
    target          = terraform_data.receipt
    override_during = plan
    values = {
      output = { channel = "web-nodes", serial = "42", digest = "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855" }
    }
  }

  assert {
    condition     = output.serial == 42
    error_message = "a JSON string of digits is the same serial"
  }
}

run "another_serial_is_refused" {
  command = plan

  override_resource {
    target          = terraform_data.receipt
    override_during = plan
    values = {
      output = { channel = "web-nodes", serial = 41, digest = "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855" }
    }
  }

  expect_failures = [terraform_data.receipt]
}

run "another_channel_is_refused" {
  command = plan

  override_resource {
    target          = terraform_data.receipt
    override_during = plan
    values = {
      output = { channel = "db-nodes", serial = 42, digest = "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855" }
    }
  }

  expect_failures = [terraform_data.receipt]
}

run "digest_that_is_none_is_refused" {
  command = plan

  override_resource {
    target          = terraform_data.receipt
    override_during = plan
    values = {
      output = { channel = "web-nodes", serial = 42, digest = "" }
    }
  }

  expect_failures = [terraform_data.receipt]
}

run "missing_digest_is_refused" {
  command = plan

  override_resource {
    target          = terraform_data.receipt
    override_during = plan
    values = {
      output = { channel = "web-nodes", serial = 42 }
    }
  }

  expect_failures = [terraform_data.receipt]
}
