terraform {
  # 1.9 lets a validation look at other variables. Built-in provider alone: nothing is downloaded.
  required_version = ">= 1.9.0"
}
