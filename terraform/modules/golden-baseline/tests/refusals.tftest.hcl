# One refusal a run: each is valid but for the one thing its name says.

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

run "root_relative_is_refused" {
  command = plan
  variables {
    root = "golden"
  }
  expect_failures = [var.root]
}

run "root_climbing_is_refused" {
  command = plan
  variables {
    root = "/srv/golden/../.."
  }
  expect_failures = [var.root]
}

run "root_with_a_new_line_is_refused" {
  command = plan
  variables {
    root = "/srv/golden\n/etc"
  }
  expect_failures = [var.root]
}

run "root_ending_in_a_slash_is_refused" {
  command = plan
  variables {
    root = "/srv/golden/"
  }
  expect_failures = [var.root]
}

run "kernel_from_relative_is_refused" {
  command = plan
  variables {
    kernel_from = "proc"
  }
  expect_failures = [var.kernel_from]
}

run "scope_with_a_flag_is_refused" {
  command = plan
  variables {
    scope = "--root"
  }
  expect_failures = [var.scope]
}

run "scope_in_capitals_is_refused" {
  command = plan
  variables {
    scope = "Debian-Host"
  }
  expect_failures = [var.scope]
}

run "scope_file_that_is_missing_is_refused" {
  command = plan
  variables {
    scope = "/srv/none/scope.json"
  }
  expect_failures = [var.scope]
}

run "channel_with_a_flag_is_refused" {
  command = plan
  variables {
    channel = "--serial"
  }
  expect_failures = [var.channel]
}

run "channel_with_a_space_is_refused" {
  command = plan
  variables {
    channel = "web nodes"
  }
  expect_failures = [var.channel]
}

run "channel_with_a_command_is_refused" {
  command = plan
  variables {
    channel = "web;reboot"
  }
  expect_failures = [var.channel]
}

run "channel_empty_is_refused" {
  command = plan
  variables {
    channel = ""
  }
  expect_failures = [var.channel]
}

run "serial_of_zero_is_refused" {
  command = plan
  variables {
    serial = 0
  }
  expect_failures = [var.serial]
}

run "serial_with_a_fraction_is_refused" {
  command = plan
  variables {
    serial = 1.5
  }
  expect_failures = [var.serial]
}

run "serial_over_what_json_holds_is_refused" {
  command = plan
  variables {
    serial = 9007199254740992
  }
  expect_failures = [var.serial]
}

run "not_after_without_a_time_is_refused" {
  command = plan
  variables {
    not_after = "2027-06-01"
  }
  expect_failures = [var.not_after]
}

run "not_after_with_a_flag_is_refused" {
  command = plan
  variables {
    not_after = "2027-06-01T00:00:00Z --sign"
  }
  expect_failures = [var.not_after]
}

run "not_after_that_no_calendar_has_is_refused" {
  command = plan
  variables {
    not_after = "2027-02-30T00:00:00Z"
  }
  expect_failures = [var.not_after]
}

run "key_in_place_of_its_path_is_refused" {
  command = plan
  variables {
    signing_key_file = "-----BEGIN PRIVATE KEY-----"
  }
  expect_failures = [var.signing_key_file]
}

run "key_inside_the_golden_root_is_refused" {
  command = plan
  variables {
    signing_key_file = "/srv/golden/etc/baseline-1.pem"
  }
  expect_failures = [var.signing_key_file]
}

run "url_over_http_is_refused" {
  command = plan
  variables {
    verifier_url = "http://verifier.example.com:8443"
  }
  expect_failures = [var.verifier_url]
}

run "url_with_a_password_is_refused" {
  command = plan
  variables {
    verifier_url = "https://user:password@verifier.example.com"
  }
  expect_failures = [var.verifier_url]
}

run "token_in_place_of_its_path_is_refused" {
  command = plan
  variables {
    token_file = "once-4f9a8d2b7c6e5f1a0b3d"
  }
  expect_failures = [var.token_file]
}

run "token_inside_the_golden_root_is_refused" {
  command = plan
  variables {
    token_file = "/srv/golden/operator.token"
  }
  expect_failures = [var.token_file]
}

run "trust_root_relative_is_refused" {
  command = plan
  variables {
    trust_root_file = "trust-root.json"
  }
  expect_failures = [var.trust_root_file]
}

run "out_file_of_another_kind_is_refused" {
  command = plan
  variables {
    out_file = "/srv/out/web-nodes.json"
  }
  expect_failures = [var.out_file]
}

run "out_file_inside_the_golden_root_is_refused" {
  command = plan
  variables {
    out_file = "/srv/golden/web-nodes.golden"
  }
  expect_failures = [var.out_file]
}

run "agent_with_an_argument_is_refused" {
  command = plan
  variables {
    attest_agent = "attest-agent --root=/"
  }
  expect_failures = [var.attest_agent]
}

run "agent_by_relative_path_is_refused" {
  command = plan
  variables {
    attest_agent = "./attest-agent"
  }
  expect_failures = [var.attest_agent]
}

run "verifier_with_a_command_is_refused" {
  command = plan
  variables {
    attest_verifier = "attest-verifier;reboot"
  }
  expect_failures = [var.attest_verifier]
}
