# A fleet on this machine: a golden image, a verifier, and nodes in QEMU that boot it, each with a software TPM.

variable "folder" {
  description = "Where all of it lives, also after destroy: remove it to begin anew."
  type        = string
  default     = "/var/tmp/assay-fleet"
}

variable "nodes" {
  description = "Name => port of its sshd on 127.0.0.1."
  type        = map(number)
  default     = { node-1 = 22111, node-2 = 22112 }
}

variable "golden_ports" {
  description = "The same of the two golden hosts."
  type        = list(number)
  default     = [22101, 22102]
}

variable "serial" {
  description = "Of the baseline: raise it with every image."
  type        = number
  default     = 1
}

variable "verifier_port" {
  type    = number
  default = 18443
}

locals {
  fleet = "${abspath(path.module)}/fleet"
}

# Each node sees the machine that runs it at 10.0.2.2.
module "assay" {
  source = "../../modules/node-bootstrap"

  verifier_url     = "https://10.0.2.2:${var.verifier_port}"
  trust_root_file  = "/etc/assay/trust-root.json" # `fleet prepare` gives it to the image
  enrol_token_file = "/run/node/enrol-token"
  gates            = ["ready.service"]
}

resource "terraform_data" "prepared" {
  input            = var.folder
  triggers_replace = [var.folder]

  provisioner "local-exec" {
    command = "${local.fleet} prepare ${self.input}"
  }
}

resource "terraform_data" "file" {
  for_each         = module.assay.files
  triggers_replace = [var.folder, each.key, each.value]

  provisioner "local-exec" {
    command     = "install -D -m \"$MODE\" /dev/null \"$OUT\" && printf '%s' \"$CONTENT\" >\"$OUT\""
    environment = { OUT = "${var.folder}/files${each.key}", MODE = each.value.mode, CONTENT = each.value.content }
  }

  depends_on = [terraform_data.prepared]
}

resource "terraform_data" "image" {
  triggers_replace = [var.folder, var.serial, module.assay.files]

  provisioner "local-exec" {
    command = "${local.fleet} image ${var.folder}"
  }

  depends_on = [terraform_data.file]
}

resource "terraform_data" "verifier" {
  input            = { fleet = local.fleet, folder = var.folder, port = var.verifier_port }
  triggers_replace = [var.folder, var.verifier_port]

  provisioner "local-exec" {
    command     = "${self.input.fleet} start ${self.input.folder}"
    environment = { VERIFIER_PORT = self.input.port }
  }

  # Ends what a node's own destroy left over, too: a node whose creation failed has none.
  provisioner "local-exec" {
    when    = destroy
    command = "${self.input.fleet} stop ${self.input.folder}"
  }

  depends_on = [terraform_data.prepared]
}

resource "terraform_data" "baseline" {
  triggers_replace = [var.serial, terraform_data.image.id]

  provisioner "local-exec" {
    command     = "${local.fleet} baseline ${var.folder} ${var.serial} ${join(" ", var.golden_ports)}"
    environment = { VERIFIER_PORT = var.verifier_port }
  }

  depends_on = [terraform_data.verifier]
}

resource "terraform_data" "node" {
  for_each         = var.nodes
  input            = { stop = "${abspath(path.module)}/vm/stop-node", folder = "${var.folder}/${each.key}" }
  triggers_replace = [var.folder, each.key, each.value, terraform_data.image.id]

  provisioner "local-exec" {
    command     = "${local.fleet} node ${var.folder} ${each.key} ${each.value}"
    environment = { VERIFIER_PORT = var.verifier_port }
  }

  provisioner "local-exec" {
    when    = destroy
    command = "${self.input.stop} ${self.input.folder}"
  }

  depends_on = [terraform_data.baseline]
}

output "nodes" {
  value = { for name, port in var.nodes : name => "${local.fleet} ssh ${var.folder} ${name}" }
}
