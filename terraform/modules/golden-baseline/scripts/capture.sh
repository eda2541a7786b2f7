# Measures the golden root into an unsigned baseline file. Run with /bin/sh -eu.
umask 077
mkdir -p -- "$(dirname -- "$ASSAY_UNSIGNED")"

set -- --root "$ASSAY_ROOT" --scope "$ASSAY_SCOPE" --channel "$ASSAY_CHANNEL" --serial "$ASSAY_SERIAL"
if [ -n "$ASSAY_KERNEL_FROM" ]; then
  set -- "$@" --kernel-from "$ASSAY_KERNEL_FROM"
fi
if [ -n "$ASSAY_NOT_AFTER" ]; then
  set -- "$@" --not-after "$ASSAY_NOT_AFTER"
fi

# A file of an earlier apply must not stand in for this one.
rm -f -- "$ASSAY_UNSIGNED"
"$ASSAY_AGENT" capture "$@" --out "$ASSAY_UNSIGNED"
test -s "$ASSAY_UNSIGNED" || { echo "capture wrote no $ASSAY_UNSIGNED" >&2; exit 1; }
