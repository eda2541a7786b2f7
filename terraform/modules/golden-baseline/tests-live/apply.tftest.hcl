# Applies with the real programs against a running verifier:
#
#   terraform init -backend=false -test-directory=tests-live
#   terraform test -test-directory=tests-live
#
# with every value in the environment, so that nothing here names a machine:
#
#   TF_VAR_root              a folder to capture, e.g. a copy of a few files; nothing may change it meanwhile
#   TF_VAR_scope             tree
#   TF_VAR_channel           a channel that has no baseline yet
#   TF_VAR_serial            1 (2 is published too)
#   TF_VAR_signing_key_file  a key that the trust root names for the baseline role
#   TF_VAR_verifier_url      https://127.0.0.1:PORT
#   TF_VAR_token_file        an operator's token
#   TF_VAR_trust_root_file   the verifier's trust root
#   TF_VAR_out_file          /TEMPORARY-FOLDER/live.golden
#   TF_VAR_attest_agent, TF_VAR_attest_verifier   where the programs are not on PATH

run "baseline_is_captured_signed_and_published" {
  assert {
    condition     = output.channel == var.channel && output.serial == var.serial
    error_message = "what was published is what was asked"
  }

  assert {
    condition     = can(regex("[0-9a-f]{64}$", output.digest))
    error_message = "the digest is read back on the first apply"
  }

  assert {
    condition     = fileexists(output.file) && !fileexists("${trimsuffix(output.file, ".golden")}.unsigned.golden")
    error_message = "the signed file is there and the unsigned one is not"
  }
}

# Were any step to run again, the digest would be unknown in this plan, and the assertion fail.
run "second_plan_has_nothing_to_do" {
  command = plan

  assert {
    condition     = output.digest == run.baseline_is_captured_signed_and_published.digest
    error_message = "the digest is stable"
  }
}

run "next_serial_is_published" {
  variables {
    serial = var.serial + 1
  }

  assert {
    condition     = output.serial == run.baseline_is_captured_signed_and_published.serial + 1
    error_message = "the serial is read back anew"
  }

  assert {
    condition     = output.digest != run.baseline_is_captured_signed_and_published.digest
    error_message = "the digest is read back anew: another serial is another statement"
  }
}
