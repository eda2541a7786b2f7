terraform {
  # 1.9 lets a validation look at other variables.
  required_version = ">= 1.9.0"
}
