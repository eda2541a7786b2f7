# Publishes the signed baseline and keeps what it says of itself as the receipt. Run with /bin/sh -eu.
umask 077
# A receipt of an earlier apply must not stand in for this one.
rm -f -- "$ASSAY_RECEIPT"
"$ASSAY_VERIFIER" baseline publish "$ASSAY_FILE" --verifier "$ASSAY_URL" --token-file "$ASSAY_TOKEN_FILE" \
  --trust-root "$ASSAY_TRUST_ROOT"
"$ASSAY_VERIFIER" baseline show "$ASSAY_FILE" --json >"$ASSAY_RECEIPT.part"
mv -- "$ASSAY_RECEIPT.part" "$ASSAY_RECEIPT"
