# capture → sign → publish, a resource each: where one fails, only it and what follows runs again, so that a verifier
# that was away does not lead to a second, different capture under the same serial.

locals {
  unsigned_file = "${trimsuffix(var.out_file, ".golden")}.unsigned.golden"
  receipt_file  = "${var.out_file}.receipt.json"

  # A resource's environment must be strings; the scripts read an empty one as absent.
  kernel_from = var.kernel_from == null ? "" : var.kernel_from
  not_after   = var.not_after == null ? "" : var.not_after
}

resource "terraform_data" "capture" {
  triggers_replace = {
    root         = var.root
    kernel_from  = var.kernel_from
    scope        = var.scope
    scope_sha256 = startswith(var.scope, "/") ? filesha256(var.scope) : null
    channel      = var.channel
    serial       = var.serial
    not_after    = var.not_after
  }

  provisioner "local-exec" {
    interpreter = ["/bin/sh", "-eu"]
    command     = "${path.module}/scripts/capture.sh"
    environment = {
      ASSAY_AGENT       = var.attest_agent
      ASSAY_ROOT        = var.root
      ASSAY_KERNEL_FROM = local.kernel_from
      ASSAY_SCOPE       = var.scope
      ASSAY_CHANNEL     = var.channel
      ASSAY_SERIAL      = format("%d", var.serial)
      ASSAY_NOT_AFTER   = local.not_after
      ASSAY_UNSIGNED    = local.unsigned_file
    }
  }
}

resource "terraform_data" "sign" {
  # Another key file signs the next serial; it does not sign this one again.
  triggers_replace = terraform_data.capture.id

  provisioner "local-exec" {
    interpreter = ["/bin/sh", "-eu"]
    command     = "${path.module}/scripts/sign.sh"
    environment = {
      ASSAY_VERIFIER    = var.attest_verifier
      ASSAY_SIGNING_KEY = var.signing_key_file
      ASSAY_UNSIGNED    = local.unsigned_file
      ASSAY_FILE        = var.out_file
    }
  }
}

resource "terraform_data" "publish" {
  input            = local.receipt_file
  triggers_replace = [terraform_data.sign.id, var.verifier_url]

  lifecycle {
    # Another folder on another machine is no reason to publish again.
    ignore_changes = [input]
  }

  provisioner "local-exec" {
    interpreter = ["/bin/sh", "-eu"]
    command     = "${path.module}/scripts/publish.sh"
    environment = {
      ASSAY_VERIFIER   = var.attest_verifier
      ASSAY_FILE       = var.out_file
      ASSAY_URL        = var.verifier_url
      ASSAY_TOKEN_FILE = var.token_file
      ASSAY_TRUST_ROOT = var.trust_root_file
      ASSAY_RECEIPT    = local.receipt_file
    }
  }
}

# What was published, read back. The path comes from the publishing step's output, which is unknown until that step has
# run: so the file is read after it and not at plan time. Later plans may run on a machine without the file: the state
# keeps what was read.
resource "terraform_data" "receipt" {
  input            = fileexists(terraform_data.publish.output) ? jsondecode(file(terraform_data.publish.output)) : null
  triggers_replace = terraform_data.publish.id

  lifecycle {
    ignore_changes = [input]

    postcondition {
      condition     = try(self.output.channel == var.channel && tonumber(self.output.serial) == var.serial, false)
      error_message = "What was published is not the asked channel and serial; see the receipt beside out_file."
    }

    postcondition {
      condition     = can(regex("^(sha256:)?[0-9a-f]{64}$", self.output.digest))
      error_message = "The published baseline shows no SHA-256 digest; see the receipt beside out_file."
    }
  }
}
