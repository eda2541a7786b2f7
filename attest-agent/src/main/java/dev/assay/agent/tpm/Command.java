package dev.assay.agent.tpm;

/// The commands that are used (TPM 2.0 Library, part 2, section 6.5.2).
enum Command {
    CREATE_PRIMARY(0x131, true),
    ACTIVATE_CREDENTIAL(0x147, false),
    NV_READ(0x14e, false),
    POLICY_SECRET(0x151, false),
    QUOTE(0x158, false),
    FLUSH_CONTEXT(0x165, false),
    NV_READ_PUBLIC(0x169, false),
    READ_PUBLIC(0x173, false),
    START_AUTH_SESSION(0x176, true),
    GET_CAPABILITY(0x17a, false),
    PCR_READ(0x17e, false);

    private final int code;
    private final boolean givesHandle;

    Command(int code, boolean givesHandle) {
        this.code = code;
        this.givesHandle = givesHandle;
    }

    int code() {
        return code;
    }

    boolean givesHandle() {
        return givesHandle;
    }

    /// As the specification names it.
    @Override
    public String toString() {
        StringBuilder name = new StringBuilder("TPM2_");
        boolean isFirst = true;
        for (char c : name().toCharArray()) {
            if (c == '_') {
                isFirst = true;
            } else {
                name.append(isFirst ? c : Character.toLowerCase(c));
                isFirst = false;
            }
        }
        return name.toString();
    }
}
