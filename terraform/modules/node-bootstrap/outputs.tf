output "user_data" {
  description = "cloud-init user data (#cloud-config). Sensitive because it may hold a token; with enrol_token_file it holds no secret."
  value       = local.user_data
  sensitive   = true

  precondition {
    condition     = length(base64encode(local.user_data)) / 4 * 3 - 2 <= var.max_user_data_bytes
    error_message = "The user data is larger than max_user_data_bytes. Deliver the trust root with the image and give trust_root_file."
  }
}

output "user_data_sha256" {
  description = "SHA-256 of user_data, in hex: compare it with what the cloud says the node was started with."
  value       = nonsensitive(sha256(local.user_data))
}

output "shell_script" {
  description = "The same installation as a shell script, for images without cloud-init. Run as root, once."
  value       = local.shell_script
  sensitive   = true
}

output "units" {
  description = "The systemd units: name => text. No secret. The golden root must hold the same ones."
  value       = local.units
}

output "files" {
  description = "Every file that is not secret: path => { mode, content }. For image builders: what a golden root must hold."
  value       = local.files
}

output "trust_root_path" {
  description = "Where the trust root lies on the node."
  value       = local.trust_root_path
}

output "enrol_token_path" {
  description = "Where the enrolment token lies on the node."
  value       = local.token_path
}

output "startup_taint" {
  description = "The startup taint as { key, value, effect }, or null."
  value       = var.startup_taint
}

output "kubelet_args" {
  description = "Arguments that the kubelet must be started with, e.g. for kubeadm's kubeletExtraArgs. Empty without startup_taint."
  value = var.startup_taint == null ? [] : [
    "--register-with-taints=${var.startup_taint.key}=${var.startup_taint.value}:${var.startup_taint.effect}",
  ]
}
