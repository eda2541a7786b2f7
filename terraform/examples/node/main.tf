# A node of any cloud: give the user_data output to its instance resource.

variable "verifier_url" {
  type    = string
  default = "https://verifier.example.com:8443"
}

variable "trust_root" {
  description = "The verifier's trust root, as its init wrote it."
  type        = string
}

module "assay" {
  source = "../../modules/node-bootstrap"

  verifier_url     = var.verifier_url
  trust_root       = var.trust_root
  enrol_token_file = "/run/secrets/assay-enrol-token" # delivered by the platform

  gates         = ["kubelet.service"]
  startup_taint = {}
}

output "user_data" {
  value     = module.assay.user_data
  sensitive = true
}

output "units" {
  value = module.assay.units
}

output "kubelet_args" {
  value = module.assay.kubelet_args
}
