# Plans only: no program and no verifier is needed. tests-live/ applies with the real ones.

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

run "what_makes_another_baseline_is_a_trigger" {
  command = plan

  variables {
    kernel_from = "/srv/kernel"
    not_after   = "2027-06-01T00:00:00Z"
  }

  assert {
    condition = terraform_data.capture.triggers_replace == {
      root         = "/srv/golden"
      kernel_from  = "/srv/kernel"
      scope        = "kubernetes-node"
      scope_sha256 = null
      channel      = "web-nodes"
      serial       = 42
      not_after    = "2027-06-01T00:00:00Z"
    }
    error_message = "each of these, and nothing of the machine that captures"
  }

  assert {
    condition     = terraform_data.publish.input == "/srv/out/web-nodes.golden.receipt.json"
    error_message = "the receipt lies beside the baseline"
  }
}

run "key_and_token_are_in_no_resource" {
  command = plan

  assert {
    condition = !strcontains(jsonencode([
      terraform_data.capture.triggers_replace, terraform_data.publish.input,
    ]), "/srv/keys/")
    error_message = "not even their paths are kept in the state"
  }
}

run "content_of_a_scope_file_is_a_trigger" {
  command = plan

  variables {
    scope = abspath("versions.tf")
  }

  assert {
    condition     = terraform_data.capture.triggers_replace.scope_sha256 == filesha256("versions.tf")
    error_message = "an edited scope is another baseline"
  }
}

run "program_by_path_and_root_with_shell_signs_are_accepted" {
  command = plan

  variables {
    root            = "/srv/gol den's \"$(reboot)\""
    attest_agent    = "/opt/assay/bin/attest-agent"
    attest_verifier = "/opt/assay/bin/attest-verifier"
  }

  assert {
    condition     = terraform_data.capture.triggers_replace.root == "/srv/gol den's \"$(reboot)\""
    error_message = "values travel in the environment, so any path will do"
  }
}
