variables {
  verifier_url     = "https://verifier.example.com:8443"
  trust_root_file  = "/etc/assay/trust-root.json"
  enrol_token_file = "/run/secrets/assay-enrol-token"
  agent_user       = "assay"
  extra_reset_args = ["--host=node-7"]
}

run "the_agent_measures_and_root_reboots" {
  assert {
    condition     = toset(keys(output.units)) == toset(["assay-bootstrap.service", "assay-agent.service", "assay-reset.path", "assay-reset.service"])
    error_message = "two units more"
  }

  assert {
    condition = alltrue([for unit in ["assay-bootstrap.service", "assay-agent.service"] : alltrue([for line in [
      "User=assay",
      "AmbientCapabilities=CAP_DAC_READ_SEARCH CAP_SYS_PTRACE CAP_SYS_ADMIN",
      "CapabilityBoundingSet=CAP_DAC_READ_SEARCH CAP_SYS_PTRACE CAP_SYS_ADMIN",
      "NoNewPrivileges=yes",
    ] : contains(split("\n", output.units[unit]), line)])])
    error_message = "the measurer's privileges"
  }

  assert {
    condition     = strcontains(replace(output.units["assay-agent.service"], " \\\n    ", " "), "run --state /var/lib/assay --reset-handover /var/lib/assay\n")
    error_message = "the agent hands its orders over"
  }

  assert {
    condition = strcontains(replace(output.units["assay-reset.service"], " \\\n    ", " "), join("", [
      "ExecStart=/usr/bin/attest-agent reset-order --from /var/lib/assay --trust-root /etc/assay/trust-root.json",
      " --state /var/lib/assay-reset --host=node-7\n",
    ]))
    error_message = "root judges by its own"
  }

  assert {
    condition     = strcontains(nonsensitive(output.shell_script), "systemctl enable assay-reset.path")
    error_message = "somebody watches for the order"
  }

  assert {
    condition     = strcontains(output.units["assay-bootstrap.service"], "install -d -m 0700 -o assay /var/lib/assay")
    error_message = "the state folder is the agent's"
  }
}

run "an_agent_that_may_not_reboot_is_not_told_to" {
  command = plan

  variables {
    extra_run_args = ["--reset-sentinel=/run/reboot-required"]
  }

  expect_failures = [var.agent_user]
}
