# Signs the captured baseline. The key is named by its path; only attest-verifier reads it. Run with /bin/sh -eu.
umask 077
rm -f -- "$ASSAY_FILE"
"$ASSAY_VERIFIER" baseline sign --key "$ASSAY_SIGNING_KEY" --in "$ASSAY_UNSIGNED" --out "$ASSAY_FILE"
test -s "$ASSAY_FILE" || { echo "sign wrote no $ASSAY_FILE" >&2; exit 1; }
rm -f -- "$ASSAY_UNSIGNED"
