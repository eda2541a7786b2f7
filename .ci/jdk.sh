# Sourced by ./assay and .ci/run: where a JDK 25 is. No process is started to find out.

# shellcheck disable=SC2034
JDK_MISSING='needs a JDK 25: install one, for example the package temurin-25-jdk, or point JAVA_HOME at it'

# Prints the home of a JDK 25, or fails.
find_jdk() {
  local home java
  java=$(command -v java || true)
  for home in "${JAVA_HOME:-}" /usr/lib/jvm/* "${SDKMAN_DIR:-${HOME:-}/.sdkman}"/candidates/java/* \
    ${java:+"$(dirname -- "$(dirname -- "$(readlink -f -- "$java")")")"}; do
    if [[ -n $home && -x $home/bin/javac && -r $home/release ]] \
      && grep -q '^JAVA_VERSION="25[".+-]' "$home/release"; then
      printf '%s\n' "$home"
      return 0
    fi
  done
  return 1
}
