variables {
  verifier_url     = "https://verifier.example.com:8443"
  trust_root       = "{\"version\": 1, \"note\": \"$${not} a template, %%{ no directive }, 'quote', \\u00e9\"}\n---\nruncmd: [reboot]\n"
  enrol_token_file = "/run/secrets/assay-enrol-token"
}

run "cloud_config_is_yaml_and_holds_the_units" {
  command = apply

  assert {
    condition     = startswith(output.user_data, "#cloud-config\n")
    error_message = "cloud-init reads the kind of user data from the first line"
  }

  assert {
    condition = {
      for file in yamldecode(output.user_data).write_files : trimprefix(file.path, "/etc/systemd/system/") => file.content
      if startswith(file.path, "/etc/systemd/system/")
    } == output.units
    error_message = "the cloud-config must hold the very units of the units output"
  }

  assert {
    condition     = toset(keys(output.units)) == toset(["assay-bootstrap.service", "assay-agent.service"])
    error_message = "two units"
  }

  assert {
    condition     = output.user_data_sha256 == sha256(output.user_data)
    error_message = "the digest is that of the user data"
  }

  assert {
    condition     = length(yamldecode(output.user_data).bootcmd) == 1 && length(yamldecode(output.user_data).runcmd) == 1
    error_message = "one hold, one activation; the trust root's text must not become a command"
  }
}

run "trust_root_arrives_byte_for_byte" {
  assert {
    condition = [
      for file in yamldecode(output.user_data).write_files : base64decode(file.content)
      if file.path == "/etc/assay/trust-root.json" && try(file.encoding, "") == "b64" && file.permissions == "0644"
    ] == [var.trust_root]
    error_message = "the trust root must be written as given"
  }

  assert {
    condition     = output.files["/etc/assay/trust-root.json"].content == var.trust_root
    error_message = "image builders need the same file"
  }

  assert {
    condition     = strcontains(output.shell_script, base64encode(var.trust_root)) && !strcontains(output.shell_script, "runcmd: [reboot]")
    error_message = "the shell variant carries the trust root encoded only"
  }
}

run "hook_stands_before_what_takes_work" {
  variables {
    gates = ["kubelet.service", "nginx.service"]
  }

  assert {
    condition = alltrue([for line in [
      "Before=kubelet.service nginx.service",
      "RequiredBy=kubelet.service nginx.service",
      "Type=oneshot",
      "RemainAfterExit=yes",
      "TimeoutStartSec=infinity",
    ] : contains(split("\n", output.units["assay-bootstrap.service"]), line)])
    error_message = "the gates must wait for the hook and fail with it"
  }

  assert {
    condition = strcontains(replace(output.units["assay-bootstrap.service"], " \\\n    ", " "), join("", [
      "ExecStart=/usr/bin/attest-agent bootstrap --verifier https://verifier.example.com:8443",
      " --token-file /run/secrets/assay-enrol-token --trust-root /etc/assay/trust-root.json",
      " --state /var/lib/assay --when-unreachable block\n",
    ]))
    error_message = "the hook's command line"
  }

  assert {
    condition     = !strcontains(output.units["assay-bootstrap.service"], "SuccessExitStatus")
    error_message = "block: an unreachable verifier must not open a gate"
  }

  assert {
    condition = alltrue([for gate in var.gates : (
      strcontains(yamldecode(output.user_data).bootcmd[0][2], gate) && strcontains(yamldecode(output.user_data).runcmd[0][2], gate)
    )])
    error_message = "on the first boot each gate is held until the hook is enabled"
  }
}

run "daemon_follows_the_hook_and_never_gives_up" {
  assert {
    condition = alltrue([for line in [
      "After=sysinit.target basic.target network-online.target assay-bootstrap.service",
      "DefaultDependencies=no",
      "Restart=always",
      "StartLimitIntervalSec=0",
      "SuccessExitStatus=143",
    ] : contains(split("\n", output.units["assay-agent.service"]), line)])
    error_message = "the daemon must come back whatever happens"
  }

  assert {
    condition = endswith(
      split("\nRestart=", replace(output.units["assay-agent.service"], " \\\n    ", " "))[0],
      "ExecStart=/usr/bin/attest-agent run --state /var/lib/assay",
    )
    error_message = "the daemon's command line"
  }
}

run "hardening_does_not_change_what_is_measured" {
  assert {
    condition = alltrue([for unit in values(output.units) : (
      strcontains(unit, "\nNoNewPrivileges=yes\n") && can(regex("\nUnsetEnvironment=JAVA_TOOL_OPTIONS JDK_JAVA_OPTIONS _JAVA_OPTIONS ", unit))
    )])
    error_message = "no privilege to gain and no options from outside"
  }

  # Each of these gives the service a mount namespace of its own, so that it measures something other than the host;
  # the last two stop the JVM and the reset.
  assert {
    condition = alltrue([for unit in values(output.units) : !can(regex(join("", [
      "(?m)^(ProtectSystem|ProtectHome|PrivateTmp|PrivateDevices|PrivateMounts|ProtectProc|ProcSubset|ProtectKernelTunables|",
      "ProtectKernelModules|ProtectKernelLogs|ProtectControlGroups|ProtectHostname|ReadWritePaths|ReadOnlyPaths|",
      "InaccessiblePaths|TemporaryFileSystem|BindPaths|BindReadOnlyPaths|RootDirectory|RootImage|MountAPIVFS|DynamicUser|",
      "PrivateUsers|PrivateNetwork|NoExecPaths|ExecPaths|StateDirectory|LoadCredential|MemoryDenyWriteExecute)=",
    ]), unit))])
    error_message = "a directive hides the host from the agent, or stops it"
  }

  assert {
    condition = alltrue([for unit in values(output.units) : (
      can(regex("(?m)^CapabilityBoundingSet=.*CAP_DAC_READ_SEARCH.*CAP_SYS_BOOT", unit)) && !can(regex("(?m)^SystemCallFilter=.*@(reboot|privileged)", unit))
    )])
    error_message = "the agent must be able to read everything and to reboot"
  }
}

run "token_by_file_leaves_no_secret_in_the_user_data" {
  assert {
    condition     = toset([for file in yamldecode(output.user_data).write_files : file.path]) == toset(keys(output.files))
    error_message = "nothing is written but the public files"
  }

  assert {
    condition     = !strcontains(output.user_data, "0600") && output.enrol_token_path == "/run/secrets/assay-enrol-token"
    error_message = "the token is referenced only"
  }
}

run "single_use_token_is_written_for_root_alone" {
  variables {
    enrol_token_file = null
    enrol_token      = "once-4f9a8d2b7c6e5f1a0b3d"
  }

  assert {
    condition = [
      for file in yamldecode(output.user_data).write_files : base64decode(file.content)
      if file.path == "/var/lib/assay/enrol-token" && file.permissions == "0600" && file.owner == "root:root"
    ] == ["once-4f9a8d2b7c6e5f1a0b3d"]
    error_message = "the token file"
  }

  assert {
    condition = !strcontains(jsonencode([output.units, output.files]), "once-4f9a8d2b7c6e5f1a0b3d") && !strcontains(
      jsonencode([for file in output.files : base64encode(file.content)]), base64encode("once-4f9a8d2b7c6e5f1a0b3d")
    )
    error_message = "no public output holds the token"
  }

  assert {
    condition     = strcontains(output.units["assay-bootstrap.service"], "--token-file /var/lib/assay/enrol-token ")
    error_message = "the hook reads the token from a file, never from its arguments"
  }

  assert {
    condition     = strcontains(output.shell_script, "chmod 0600 '/var/lib/assay/enrol-token'")
    error_message = "the shell variant writes it for root alone too"
  }
}

run "delivered_trust_root_is_not_written" {
  variables {
    trust_root      = null
    trust_root_file = "/usr/share/assay/trust-root.json"
  }

  assert {
    condition     = keys(output.files) == ["/etc/systemd/system/assay-agent.service", "/etc/systemd/system/assay-bootstrap.service"]
    error_message = "the units alone"
  }

  assert {
    condition     = strcontains(output.units["assay-bootstrap.service"], "--trust-root /usr/share/assay/trust-root.json ")
    error_message = "the hook pins the delivered trust root"
  }
}

run "unready_node_registers_with_the_startup_taint" {
  variables {
    when_unreachable = "unready"
    startup_taint    = {}
  }

  assert {
    condition     = output.kubelet_args == tolist(["--register-with-taints=assay.dev/not-golden=boot:NoSchedule"])
    error_message = "the kubelet's argument"
  }

  assert {
    condition     = strcontains(output.units["assay-bootstrap.service"], "\nSuccessExitStatus=2\n")
    error_message = "an unreachable verifier lets the tainted node join"
  }
}

run "no_taint_unless_asked" {
  assert {
    condition     = length(output.kubelet_args) == 0 && output.startup_taint == null
    error_message = "hosts that are no nodes get no taint"
  }
}

run "limit_and_extra_arguments_are_appended" {
  variables {
    wait                 = "10m"
    extra_bootstrap_args = ["--ephemeral-identity"]
  }

  assert {
    condition     = strcontains(output.units["assay-bootstrap.service"], "--when-unreachable block \\\n    --wait 10m \\\n    --ephemeral-identity\n")
    error_message = "appended to the hook"
  }
}
