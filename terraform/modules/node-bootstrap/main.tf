locals {
  bootstrap_unit = "assay-bootstrap.service"
  agent_unit     = "assay-agent.service"
  reset_unit     = "assay-reset.service"
  reset_path     = "assay-reset.path"
  unit_dir       = "/etc/systemd/system"
  unprivileged   = var.agent_user != "root"

  # Whether a token was given is no secret; the token is.
  token_inline    = nonsensitive(var.enrol_token != null)
  token_path      = local.token_inline ? "${var.state_dir}/enrol-token" : var.enrol_token_file
  trust_root_path = var.trust_root != null ? "${var.config_dir}/trust-root.json" : var.trust_root_file

  bootstrap_args = concat(
    [
      "bootstrap",
      "--verifier ${var.verifier_url}",
      "--token-file ${local.token_path}",
      "--trust-root ${local.trust_root_path}",
      "--state ${var.state_dir}",
      "--when-unreachable ${var.when_unreachable}",
    ],
    var.wait == null ? [] : ["--wait ${var.wait}"],
    var.extra_bootstrap_args,
  )

  # Verifier and trust root are in the state folder since the enrolment.
  run_args = concat(
    ["run", "--state ${var.state_dir}"],
    local.unprivileged ? ["--reset-handover ${var.state_dir}"] : [],
    var.extra_run_args,
  )

  # Root's own: what the agent's user cannot write.
  reset_state_dir = "/var/lib/assay-reset"
  reset_args = concat(
    ["reset-order", "--from ${var.state_dir}", "--trust-root ${local.trust_root_path}", "--state ${local.reset_state_dir}"],
    var.extra_reset_args,
  )

  privileges = templatefile("${path.module}/templates/privileges.tftpl", { unprivileged = local.unprivileged })

  units = merge({
    (local.bootstrap_unit) = templatefile("${path.module}/templates/assay-bootstrap.service.tftpl", {
      exec_start       = join(" \\\n    ", concat([var.agent_command], local.bootstrap_args))
      state_dir        = var.state_dir
      gates            = var.gates
      agent_unit       = local.agent_unit
      when_unreachable = var.when_unreachable
      user             = var.agent_user
      privileges       = local.privileges
    })
    (local.agent_unit) = templatefile("${path.module}/templates/assay-agent.service.tftpl", {
      exec_start     = join(" \\\n    ", concat([var.agent_command], local.run_args))
      bootstrap_unit = local.bootstrap_unit
      user           = var.agent_user
      privileges     = local.privileges
    })
    }, local.unprivileged ? {
    (local.reset_path) = templatefile("${path.module}/templates/assay-reset.path.tftpl", { state_dir = var.state_dir })
    (local.reset_unit) = templatefile("${path.module}/templates/assay-reset.service.tftpl", {
      exec_start = join(" \\\n    ", concat([var.agent_command], local.reset_args))
    })
  } : {})

  files = merge(
    { for name, text in local.units : "${local.unit_dir}/${name}" => { mode = "0644", content = text } },
    var.trust_root == null ? {} : { (local.trust_root_path) = { mode = "0644", content = var.trust_root } },
  )

  token_files = local.token_inline ? { (local.token_path) = { mode = "0600", content = var.enrol_token } } : {}

  hold_script = templatefile("${path.module}/templates/hold.sh.tftpl", {
    gates          = var.gates
    bootstrap_unit = local.bootstrap_unit
  })

  activate_script = templatefile("${path.module}/templates/activate.sh.tftpl", {
    gates          = var.gates
    bootstrap_unit = local.bootstrap_unit
    reset_path     = local.unprivileged ? local.reset_path : ""
  })

  cloud_config = {
    # A caller's other parts keep their lists: without this, the last part's runcmd replaces ours and nothing is gated.
    merge_how = [
      { name = "list", settings = ["append"] },
      { name = "dict", settings = ["no_replace", "recurse_list"] },
    ]
    bootcmd = [["sh", "-c", local.hold_script]]
    write_files = concat(
      [for path, file in local.files : {
        path        = path
        owner       = "root:root"
        permissions = file.mode
        content     = file.content
      } if startswith(path, "${local.unit_dir}/")],
      [for path, file in merge(local.files, local.token_files) : {
        path        = path
        owner       = "root:root"
        permissions = file.mode
        encoding    = "b64"
        content     = base64encode(file.content)
      } if !startswith(path, "${local.unit_dir}/")],
    )
    runcmd = [["sh", "-c", local.activate_script]]
  }

  user_data = templatefile("${path.module}/templates/cloud-config.yaml.tftpl", {
    config = yamlencode(local.cloud_config)
  })

  shell_script = templatefile("${path.module}/templates/install.sh.tftpl", {
    files = [for path, file in merge(local.files, local.token_files) : {
      path        = path
      folder      = dirname(path)
      folder_mode = dirname(path) == var.state_dir ? "0700" : "0755"
      mode        = file.mode
      content     = base64encode(file.content)
    }]
    hold     = local.hold_script
    activate = local.activate_script
  })
}
