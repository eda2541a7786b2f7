# One refusal a run: each is valid but for the one thing its name says.

variables {
  verifier_url     = "https://verifier.example.com:8443"
  trust_root       = "{}"
  enrol_token_file = "/run/secrets/assay-enrol-token"
}

run "url_over_http_is_refused" {
  command = plan
  variables {
    verifier_url = "http://verifier.example.com:8443"
  }
  expect_failures = [var.verifier_url]
}

run "url_with_a_second_command_is_refused" {
  command = plan
  variables {
    verifier_url = "https://verifier.example.com;reboot"
  }
  expect_failures = [var.verifier_url]
}

run "url_with_a_space_and_another_flag_is_refused" {
  command = plan
  variables {
    verifier_url = "https://verifier.example.com --wait 0"
  }
  expect_failures = [var.verifier_url]
}

run "url_with_a_new_line_and_another_directive_is_refused" {
  command = plan
  variables {
    verifier_url = "https://verifier.example.com\nExecStartPre=/bin/sh"
  }
  expect_failures = [var.verifier_url]
}

run "url_with_a_command_substitution_is_refused" {
  command = plan
  variables {
    verifier_url = "https://verifier.example.com/$(reboot)"
  }
  expect_failures = [var.verifier_url]
}

run "url_with_a_systemd_specifier_is_refused" {
  command = plan
  variables {
    verifier_url = "https://verifier.example.com/%H"
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

run "url_without_a_host_is_refused" {
  command = plan
  variables {
    verifier_url = "https://"
  }
  expect_failures = [var.verifier_url]
}

run "url_ending_in_a_new_line_is_refused" {
  command = plan
  variables {
    verifier_url = "https://verifier.example.com\n"
  }
  expect_failures = [var.verifier_url]
}

run "trust_root_given_twice_is_refused" {
  command = plan
  variables {
    trust_root_file = "/etc/assay/trust-root.json"
  }
  expect_failures = [var.trust_root]
}

run "trust_root_given_never_is_refused" {
  command = plan
  variables {
    trust_root = null
  }
  expect_failures = [var.trust_root]
}

run "trust_root_empty_is_refused" {
  command = plan
  variables {
    trust_root = " \n"
  }
  expect_failures = [var.trust_root]
}

run "trust_root_with_a_private_key_is_refused" {
  command = plan
  variables {
    trust_root = "-----BEGIN PRIVATE KEY-----"
  }
  expect_failures = [var.trust_root]
}

run "token_given_twice_is_refused" {
  command = plan
  variables {
    enrol_token = "once-4f9a8d2b7c6e5f1a0b3d"
  }
  expect_failures = [var.enrol_token]
}

run "token_given_never_is_refused" {
  command = plan
  variables {
    enrol_token_file = null
  }
  expect_failures = [var.enrol_token]
}

run "token_file_relative_is_refused" {
  command = plan
  variables {
    enrol_token_file = "secrets/token"
  }
  expect_failures = [var.enrol_token_file]
}

run "token_file_climbing_is_refused" {
  command = plan
  variables {
    enrol_token_file = "/run/../etc/shadow"
  }
  expect_failures = [var.enrol_token_file]
}

run "token_file_with_a_quote_is_refused" {
  command = plan
  variables {
    enrol_token_file = "/run/a'b"
  }
  expect_failures = [var.enrol_token_file]
}

run "token_file_with_a_new_line_is_refused" {
  command = plan
  variables {
    enrol_token_file = "/run/token\n[Service]"
  }
  expect_failures = [var.enrol_token_file]
}

run "state_dir_on_tmpfs_is_refused" {
  command = plan
  variables {
    state_dir = "/run/assay"
  }
  expect_failures = [var.state_dir]
}

run "state_dir_at_the_top_is_refused" {
  command = plan
  variables {
    state_dir = "/assay"
  }
  expect_failures = [var.state_dir]
}

run "state_dir_with_a_space_is_refused" {
  command = plan
  variables {
    state_dir = "/var/lib/assay /etc"
  }
  expect_failures = [var.state_dir]
}

run "config_dir_with_a_quote_is_refused" {
  command = plan
  variables {
    config_dir = "/etc/assay'; reboot; '"
  }
  expect_failures = [var.config_dir]
}

run "agent_command_relative_is_refused" {
  command = plan
  variables {
    agent_command = "attest-agent"
  }
  expect_failures = [var.agent_command]
}

run "agent_command_with_an_argument_is_refused" {
  command = plan
  variables {
    agent_command = "/bin/sh -c reboot"
  }
  expect_failures = [var.agent_command]
}

run "gates_empty_is_refused" {
  command = plan
  variables {
    gates = []
  }
  expect_failures = [var.gates]
}

run "gates_twice_the_same_is_refused" {
  command = plan
  variables {
    gates = ["kubelet.service", "kubelet.service"]
  }
  expect_failures = [var.gates]
}

run "gate_that_is_a_target_is_refused" {
  command = plan
  variables {
    gates = ["multi-user.target"]
  }
  expect_failures = [var.gates]
}

run "gate_with_a_second_command_is_refused" {
  command = plan
  variables {
    gates = ["x;reboot;.service"]
  }
  expect_failures = [var.gates]
}

run "gate_with_a_new_line_is_refused" {
  command = plan
  variables {
    gates = ["kubelet.service\nExecStartPre=/bin/sh.service"]
  }
  expect_failures = [var.gates]
}

run "gate_that_looks_like_a_flag_is_refused" {
  command = plan
  variables {
    gates = ["--root.service"]
  }
  expect_failures = [var.gates]
}

run "gate_that_is_assays_own_is_refused" {
  command = plan
  variables {
    gates = ["assay-agent.service"]
  }
  expect_failures = [var.gates]
}

run "gate_that_the_boot_needs_is_refused" {
  command = plan
  variables {
    gates = ["systemd-networkd.service"]
  }
  expect_failures = [var.gates]
}

run "wait_without_a_unit_is_refused" {
  command = plan
  variables {
    wait = "600"
  }
  expect_failures = [var.wait]
}

run "wait_of_zero_is_refused" {
  command = plan
  variables {
    wait = "0s"
  }
  expect_failures = [var.wait]
}

run "wait_with_another_flag_is_refused" {
  command = plan
  variables {
    wait = "10m --when-unreachable unready"
  }
  expect_failures = [var.wait]
}

run "when_unreachable_unheard_of_is_refused" {
  command = plan
  variables {
    when_unreachable = "open"
  }
  expect_failures = [var.when_unreachable]
}

run "unready_without_a_taint_is_refused" {
  command = plan
  variables {
    when_unreachable = "unready"
  }
  expect_failures = [var.when_unreachable]
}

run "taint_that_only_prefers_is_refused" {
  command = plan
  variables {
    startup_taint = { effect = "PreferNoSchedule" }
  }
  expect_failures = [var.startup_taint]
}

run "taint_with_another_argument_is_refused" {
  command = plan
  variables {
    startup_taint = { value = "boot --fail-swap-on" }
  }
  expect_failures = [var.startup_taint]
}

run "extra_argument_that_overrides_the_verifier_is_refused" {
  command = plan
  variables {
    extra_bootstrap_args = ["--verifier=https://elsewhere.example.com"]
  }
  expect_failures = [var.extra_bootstrap_args]
}

run "extra_argument_from_a_file_is_refused" {
  command = plan
  variables {
    extra_bootstrap_args = ["@/tmp/args"]
  }
  expect_failures = [var.extra_bootstrap_args]
}

run "extra_argument_with_a_space_is_refused" {
  command = plan
  variables {
    extra_run_args = ["--interval 1"]
  }
  expect_failures = [var.extra_run_args]
}

run "extra_argument_that_overrides_the_trust_root_is_refused" {
  command = plan
  variables {
    extra_run_args = ["--trust-root"]
  }
  expect_failures = [var.extra_run_args]
}

run "token_short_enough_to_search_for_is_refused" {
  command = plan
  variables {
    enrol_token_file = null
    enrol_token      = "once-4f9a8d2b7c6e5f1a"
  }
  expect_failures = [var.enrol_token]
}

run "token_with_a_new_line_is_refused" {
  command = plan
  variables {
    enrol_token_file = null
    enrol_token      = "once-4f9a8d2b7c6e5f1a0b3d\nASSAY\nreboot"
  }
  expect_failures = [var.enrol_token]
}

run "user_data_over_the_clouds_limit_is_refused" {
  command = plan
  variables {
    trust_root = join("", [for i in range(400) : "0123456789abcdef0123456789abcdef"])
  }
  expect_failures = [output.user_data]
}
