output "channel" {
  description = "The published baseline's channel."
  value       = terraform_data.receipt.output.channel
}

output "serial" {
  description = "The published baseline's serial."
  value       = tonumber(terraform_data.receipt.output.serial)
}

output "digest" {
  description = "The published baseline's digest, as attest-verifier baseline show prints it."
  value       = terraform_data.receipt.output.digest
}

output "file" {
  description = "The signed NAME.golden file, as a path on the machine that published it."
  value       = trimsuffix(terraform_data.publish.output, ".receipt.json")
}
