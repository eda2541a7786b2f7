# Captures, signs and publishes serial 42 of channel web-nodes.

variable "golden_root" {
  description = "The unpacked golden image."
  type        = string
}

variable "keys_dir" {
  description = "Folder with baseline-1.pem, operator.token and trust-root.json."
  type        = string
}

variable "verifier_url" {
  type    = string
  default = "https://verifier.example.com:8443"
}

variable "serial" {
  description = "Raise it with every image."
  type        = number
  default     = 42
}

module "baseline" {
  source = "../../modules/golden-baseline"

  root    = var.golden_root
  scope   = "debian-host"
  channel = "web-nodes"
  serial  = var.serial

  signing_key_file = "${var.keys_dir}/baseline-1.pem"
  verifier_url     = var.verifier_url
  token_file       = "${var.keys_dir}/operator.token"
  trust_root_file  = "${var.keys_dir}/trust-root.json"
  out_file         = abspath("${path.root}/web-nodes-${var.serial}.golden")
}

output "baseline" {
  value = "${module.baseline.channel} #${module.baseline.serial} ${module.baseline.digest}"
}
