# Every value that reaches a unit or a shell line is held to an alphabet without white space, quotes,
# "%", "$" and "\": none can end its argument, expand a systemd specifier or start a command.
# Texts that cannot be held to one (the trust root, the token) travel base64-encoded.

variable "verifier_url" {
  description = "Where the verifier listens: https://host[:port][/path], without user info, query or fragment."
  type        = string
  nullable    = false

  validation {
    condition = (
      length(var.verifier_url) <= 1024 &&
      can(regex("^https://([A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?|\\[[0-9A-Fa-f:.]+\\])(:[1-9][0-9]{0,4})?(/[A-Za-z0-9._~/-]*)?$", var.verifier_url))
    )
    error_message = "verifier_url must be https://host[:port][/path] of plain characters; http is refused because the enrolment token travels to this address."
  }
}

variable "trust_root" {
  description = "The pinned trust root's content, as the verifier's init wrote it, e.g. file(\"trust-root.json\"). Public. Exactly one of trust_root and trust_root_file."
  type        = string
  default     = null

  validation {
    condition     = (var.trust_root == null) != (var.trust_root_file == null)
    error_message = "Give exactly one of trust_root (its content) and trust_root_file (a path on the node)."
  }

  validation {
    condition     = var.trust_root == null ? true : length(trimspace(var.trust_root)) > 0 && length(var.trust_root) <= 65536
    error_message = "trust_root must be between 1 and 65536 characters."
  }

  validation {
    condition     = var.trust_root == null ? true : !strcontains(var.trust_root, "PRIVATE KEY")
    error_message = "trust_root contains a private key; the trust root is public and user data is readable on the node."
  }
}

variable "trust_root_file" {
  description = "Absolute path on the node of a trust root that the image or the platform delivers. Exactly one of trust_root and trust_root_file."
  type        = string
  default     = null

  validation {
    condition     = var.trust_root_file == null ? true : length(var.trust_root_file) <= 255 && can(regex("^(/[A-Za-z0-9_@-][A-Za-z0-9._@-]*)+$", var.trust_root_file))
    error_message = "trust_root_file must be an absolute path of letters, digits and . _ @ - whose parts do not begin with a dot."
  }
}

variable "enrol_token_file" {
  description = "Absolute path on the node of the enrolment token, which the platform delivers after boot (a secret store's agent, a mounted secret, an encrypted credential). Preferred: the user data then holds no secret. Exactly one of enrol_token_file and enrol_token."
  type        = string
  default     = null

  validation {
    condition     = var.enrol_token_file == null ? true : length(var.enrol_token_file) <= 255 && can(regex("^(/[A-Za-z0-9_@-][A-Za-z0-9._@-]*)+$", var.enrol_token_file))
    error_message = "enrol_token_file must be an absolute path of letters, digits and . _ @ - whose parts do not begin with a dot."
  }
}

variable "enrol_token" {
  description = <<-EOT
    A single-use enrolment token, written 0600 to <state_dir>/enrol-token. User data is no safe place: it stays in
    terraform's state and the cloud's metadata service, where programs and sometimes pods of the node can read it, and
    in a file of cloud-init. So the token must be single use (the node's own enrolment makes it worthless), bound to
    this node's name, and short-lived (about the time a node takes to boot: a node that never boots leaves it unused).
    One node, one token. Exactly one of enrol_token_file and enrol_token.
  EOT
  type        = string
  default     = null
  sensitive   = true

  validation {
    condition     = (var.enrol_token == null) != (var.enrol_token_file == null)
    error_message = "Give exactly one of enrol_token_file (preferred) and enrol_token (single use, short-lived)."
  }

  # 22 characters of base64url are 128 bits: below that, the published sha256 of the user data could be searched for the token.
  validation {
    condition     = var.enrol_token == null ? true : can(regex("^[A-Za-z0-9._~+/=:-]{22,}$", var.enrol_token)) && length(var.enrol_token) <= 4096
    error_message = "enrol_token must be 22 to 4096 characters of a token's alphabet, without white space."
  }
}

variable "state_dir" {
  description = "Absolute path on the node of the agent's folder: host key (0600), last result. On a file system that survives a reboot."
  type        = string
  default     = "/var/lib/assay"
  nullable    = false

  validation {
    condition     = length(var.state_dir) <= 255 && can(regex("^(/[A-Za-z0-9_@-][A-Za-z0-9._@-]*){2,}$", var.state_dir))
    error_message = "state_dir must be an absolute path, at least two levels deep, of letters, digits and . _ @ - whose parts do not begin with a dot."
  }

  validation {
    condition     = !can(regex("^/(run|tmp|dev|proc|sys|var/run|var/tmp)(/|$)", var.state_dir))
    error_message = "state_dir must survive a reboot: a host that loses its key there could not prove after a reset who it is."
  }
}

variable "config_dir" {
  description = "Absolute path on the node of the folder where the trust root is written."
  type        = string
  default     = "/etc/assay"
  nullable    = false

  validation {
    condition     = length(var.config_dir) <= 240 && can(regex("^(/[A-Za-z0-9_@-][A-Za-z0-9._@-]*){2,}$", var.config_dir))
    error_message = "config_dir must be an absolute path, at least two levels deep, of letters, digits and . _ @ - whose parts do not begin with a dot."
  }
}

variable "agent_command" {
  description = "Absolute path on the node of the attest-agent program, which the image brings."
  type        = string
  default     = "/usr/bin/attest-agent"
  nullable    = false

  validation {
    condition     = length(var.agent_command) <= 255 && can(regex("^(/[A-Za-z0-9_@-][A-Za-z0-9._@-]*)+$", var.agent_command))
    error_message = "agent_command must be an absolute path of letters, digits and . _ @ - whose parts do not begin with a dot."
  }
}

variable "agent_user" {
  description = "The user that measures and attests; the image brings it. Another one than root may read everything and reboot nothing: assay-reset.service then carries out the signed orders, after judging them itself."
  type        = string
  default     = "root"
  nullable    = false

  validation {
    condition     = can(regex("^[a-z_][a-z0-9_-]{0,30}$", var.agent_user))
    error_message = "agent_user must be a user's name of at most 31 of [a-z0-9_-]."
  }

  validation {
    condition     = var.agent_user == "root" ? true : !anytrue([for arg in var.extra_run_args : startswith(arg, "--reset")])
    error_message = "extra_run_args must not say how to reset where agent_user is not root: the order is handed over."
  }
}

variable "extra_reset_args" {
  description = "Further arguments of `attest-agent reset-order`, one a list element; --host=NAME where the node is enrolled under another name than its kernel's. Only with an agent_user that is not root."
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for arg in var.extra_reset_args : length(arg) <= 1024 && can(regex("^[A-Za-z0-9/._:=,@+-]+$", arg))])
    error_message = "extra_reset_args may hold letters, digits and / . _ : = , @ + - only."
  }

  validation {
    condition     = alltrue([for arg in var.extra_reset_args : !can(regex("^(@|--(from|trust|state))", arg))])
    error_message = "extra_reset_args must not override what the module sets, nor read arguments from a file."
  }
}

variable "gates" {
  description = "The services that take work: none starts before this boot was admitted."
  type        = list(string)
  default     = ["kubelet.service"]
  nullable    = false

  validation {
    condition     = length(var.gates) >= 1 && length(var.gates) <= 32 && length(distinct(var.gates)) == length(var.gates)
    error_message = "gates must name 1 to 32 different services: a hook before nothing holds nothing back."
  }

  validation {
    condition     = alltrue([for gate in var.gates : length(gate) <= 255 && can(regex("^[A-Za-z0-9][A-Za-z0-9:_.@-]*\\.service$", gate))])
    error_message = "Each gate must be a systemd service name ending in .service (a target or a socket cannot be held back)."
  }

  validation {
    condition     = alltrue([for gate in var.gates : !can(regex("^(assay-|cloud-|systemd-|dbus)", gate))])
    error_message = "A gate must not be one of Assay's, cloud-init's or systemd's own services: the boot would wait for itself."
  }
}

variable "wait" {
  description = "How long the hook waits for admission: a whole number and s, m or h. null, the default: until this boot is admitted or has drifted. A limit leaves a host that is merely outdated shut out until its next boot."
  type        = string
  default     = null

  validation {
    condition     = var.wait == null ? true : can(regex("^[1-9][0-9]{0,4}[smh]$", var.wait))
    error_message = "wait must be a duration such as 90s, 10m or 2h."
  }
}

variable "when_unreachable" {
  description = "block: no gate opens while the verifier is away. unready: the gates open, and the node joins with startup_taint, which only the verifier's side takes away."
  type        = string
  default     = "block"
  nullable    = false

  validation {
    condition     = contains(["block", "unready"], var.when_unreachable)
    error_message = "when_unreachable must be block or unready."
  }

  validation {
    condition     = var.when_unreachable != "unready" || var.startup_taint != null
    error_message = "when_unreachable = \"unready\" needs startup_taint: without it, who cuts the network opens the gate."
  }
}

variable "startup_taint" {
  description = "Kubernetes: the taint the node registers with, so that nothing is scheduled until the verifier's side has admitted it. Give the kubelet_args output to the kubelet. null for none, {} for the default."
  type = object({
    key    = optional(string, "assay.dev/not-golden")
    value  = optional(string, "boot")
    effect = optional(string, "NoSchedule")
  })
  default = null

  validation {
    condition = var.startup_taint == null ? true : (
      can(regex("^([a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?/)?[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?$", var.startup_taint.key)) &&
      can(regex("^([A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?)?$", var.startup_taint.value))
    )
    error_message = "startup_taint needs a Kubernetes label key and value."
  }

  validation {
    condition     = var.startup_taint == null ? true : contains(["NoSchedule", "NoExecute"], var.startup_taint.effect)
    error_message = "startup_taint.effect must be NoSchedule or NoExecute: PreferNoSchedule lets work through."
  }
}

variable "extra_bootstrap_args" {
  description = "Further arguments of `attest-agent bootstrap`, one a list element."
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for arg in var.extra_bootstrap_args : length(arg) <= 1024 && can(regex("^[A-Za-z0-9/._:=,@+-]+$", arg))])
    error_message = "extra_bootstrap_args may hold letters, digits and / . _ : = , @ + - only."
  }

  validation {
    condition     = alltrue([for arg in var.extra_bootstrap_args : !can(regex("^(@|--(verifier|token|trust|state|wait|when))", arg))])
    error_message = "extra_bootstrap_args must not override what the module sets, nor read arguments from a file."
  }
}

variable "extra_run_args" {
  description = "Further arguments of `attest-agent run`, one a list element."
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for arg in var.extra_run_args : length(arg) <= 1024 && can(regex("^[A-Za-z0-9/._:=,@+-]+$", arg))])
    error_message = "extra_run_args may hold letters, digits and / . _ : = , @ + - only."
  }

  validation {
    condition     = alltrue([for arg in var.extra_run_args : !can(regex("^(@|--(verifier|token|trust|state))", arg))])
    error_message = "extra_run_args must not override what the module sets, nor read arguments from a file."
  }
}

variable "max_user_data_bytes" {
  description = "What the cloud takes as user data. 16384 is the smallest limit among the large clouds."
  type        = number
  default     = 16384
  nullable    = false

  validation {
    condition     = var.max_user_data_bytes >= 4096 && floor(var.max_user_data_bytes) == var.max_user_data_bytes
    error_message = "max_user_data_bytes must be a whole number of at least 4096."
  }
}
