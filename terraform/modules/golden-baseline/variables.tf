# The values reach the programs as environment variables, never as text of a shell line.

variable "root" {
  description = "Absolute path of the golden root: an unpacked image or a mounted golden host, never one that takes work."
  type        = string
  nullable    = false

  validation {
    condition     = startswith(var.root, "/") && length(var.root) <= 4096 && !can(regex("[[:cntrl:]]", var.root)) && !can(regex("(^|/)\\.\\.?(/|$)", var.root))
    error_message = "root must be an absolute path without . or .. parts and control characters."
  }

  validation {
    condition     = var.root == "/" || !endswith(var.root, "/")
    error_message = "root must not end in a slash."
  }
}

variable "kernel_from" {
  description = "Absolute path of a folder with the golden host's /proc and /sys as captured. null measures no kernel from elsewhere."
  type        = string
  default     = null

  validation {
    condition = var.kernel_from == null ? true : (
      startswith(var.kernel_from, "/") && length(var.kernel_from) <= 4096 && !can(regex("[[:cntrl:]]", var.kernel_from)) && !can(regex("(^|/)\\.\\.?(/|$)", var.kernel_from))
    )
    error_message = "kernel_from must be an absolute path without . or .. parts and control characters."
  }
}

variable "scope" {
  description = "What is measured and how: a shipped scope's name (tree, debian-host, immutable-host, kubernetes-node) or the absolute path of a scope file."
  type        = string
  nullable    = false

  validation {
    condition = can(regex("^[a-z0-9]([a-z0-9-]{0,62}[a-z0-9])?$", var.scope)) || (
      startswith(var.scope, "/") && length(var.scope) <= 4096 && !can(regex("[[:cntrl:]]", var.scope)) && !can(regex("(^|/)\\.\\.?(/|$)", var.scope)) && fileexists(var.scope)
    )
    error_message = "scope must be a scope's name or the absolute path of a scope file that exists."
  }
}

variable "channel" {
  description = "The channel that groups of hosts follow."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z0-9]([a-z0-9.-]{0,61}[a-z0-9])?$", var.channel))
    error_message = "channel must be 1 to 63 lower-case letters, digits, dots and hyphens, with a letter or digit first and last."
  }
}

variable "serial" {
  description = "The baseline's serial. Raise it with every change: a channel's serial only grows, and the verifier refuses another baseline under a serial that it knows."
  type        = number
  nullable    = false

  validation {
    condition     = var.serial >= 1 && var.serial <= 9007199254740991 && floor(var.serial) == var.serial
    error_message = "serial must be a whole number from 1 to 9007199254740991."
  }
}

variable "not_after" {
  description = "When the baseline expires, RFC 3339 in UTC, e.g. 2027-06-01T00:00:00Z. null for a year after the capture."
  type        = string
  default     = null

  validation {
    condition     = var.not_after == null ? true : can(regex("^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$", var.not_after)) && can(timeadd(var.not_after, "0s"))
    error_message = "not_after must be an RFC 3339 time in UTC, e.g. 2027-06-01T00:00:00Z."
  }
}

variable "signing_key_file" {
  description = "Absolute path of the baseline signer's private key. Only this path is handed on, and only to the signing step; neither it nor the key is kept in the state."
  type        = string
  nullable    = false

  validation {
    condition     = startswith(var.signing_key_file, "/") && length(var.signing_key_file) <= 4096 && !can(regex("[[:cntrl:]]", var.signing_key_file)) && !can(regex("(^|/)\\.\\.?(/|$)", var.signing_key_file))
    error_message = "signing_key_file must be an absolute path without . or .. parts and control characters (a path, not the key)."
  }

  validation {
    condition     = var.root == "/" || !startswith(var.signing_key_file, "${var.root}/")
    error_message = "signing_key_file lies inside the golden root: every host made from it could sign its own baseline."
  }
}

variable "verifier_url" {
  description = "Where the verifier listens: https://host[:port][/path]."
  type        = string
  nullable    = false

  validation {
    condition = (
      length(var.verifier_url) <= 1024 &&
      can(regex("^https://([A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?|\\[[0-9A-Fa-f:.]+\\])(:[1-9][0-9]{0,4})?(/[A-Za-z0-9._~/-]*)?$", var.verifier_url))
    )
    error_message = "verifier_url must be https://host[:port][/path] of plain characters; http is refused because the operator token travels to this address."
  }
}

variable "token_file" {
  description = "Absolute path of a file with an operator token."
  type        = string
  nullable    = false

  validation {
    condition     = startswith(var.token_file, "/") && length(var.token_file) <= 4096 && !can(regex("[[:cntrl:]]", var.token_file)) && !can(regex("(^|/)\\.\\.?(/|$)", var.token_file))
    error_message = "token_file must be an absolute path without . or .. parts and control characters (a path, not the token)."
  }

  validation {
    condition     = var.root == "/" || !startswith(var.token_file, "${var.root}/")
    error_message = "token_file lies inside the golden root: every host made from it would hold an operator's token."
  }
}

variable "trust_root_file" {
  description = "Absolute path of the pinned trust root."
  type        = string
  nullable    = false

  validation {
    condition     = startswith(var.trust_root_file, "/") && length(var.trust_root_file) <= 4096 && !can(regex("[[:cntrl:]]", var.trust_root_file)) && !can(regex("(^|/)\\.\\.?(/|$)", var.trust_root_file))
    error_message = "trust_root_file must be an absolute path without . or .. parts and control characters."
  }
}

variable "out_file" {
  description = "Absolute path of the NAME.golden file to write. Beside it lies NAME.golden.receipt.json: what was published."
  type        = string
  nullable    = false

  validation {
    condition     = startswith(var.out_file, "/") && endswith(var.out_file, ".golden") && length(var.out_file) <= 4000 && !can(regex("[[:cntrl:]]", var.out_file)) && !can(regex("(^|/)\\.\\.?(/|$)", var.out_file))
    error_message = "out_file must be an absolute path ending in .golden without . or .. parts and control characters."
  }

  validation {
    condition     = var.root == "/" || !startswith(var.out_file, "${var.root}/")
    error_message = "out_file lies inside the golden root, which would then differ from its own baseline."
  }
}

variable "attest_agent" {
  description = "The attest-agent program: a name on PATH or an absolute path."
  type        = string
  default     = "attest-agent"
  nullable    = false

  validation {
    condition     = can(regex("^[A-Za-z0-9_][A-Za-z0-9._-]*$", var.attest_agent)) || startswith(var.attest_agent, "/") && !can(regex("[[:cntrl:]]", var.attest_agent))
    error_message = "attest_agent must be a program's name or an absolute path, without arguments."
  }
}

variable "attest_verifier" {
  description = "The attest-verifier program: a name on PATH or an absolute path."
  type        = string
  default     = "attest-verifier"
  nullable    = false

  validation {
    condition     = can(regex("^[A-Za-z0-9_][A-Za-z0-9._-]*$", var.attest_verifier)) || startswith(var.attest_verifier, "/") && !can(regex("[[:cntrl:]]", var.attest_verifier))
    error_message = "attest_verifier must be a program's name or an absolute path, without arguments."
  }
}
