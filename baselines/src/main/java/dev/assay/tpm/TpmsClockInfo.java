package dev.assay.tpm;

import dev.assay.bytes.Cursor;
import dev.assay.bytes.MalformedInputException;

/// TPMS_CLOCK_INFO (TPM 2.0 Library, part 2, section 10.11.1).
///
/// @param clock milliseconds that the TPM has been powered, not wall time
/// @param resetCount TPM resets, that is boots, since the last clear
/// @param restartCount resumptions since the last reset
public record TpmsClockInfo(long clock, long resetCount, long restartCount, boolean safe) {
    static TpmsClockInfo read(Cursor cursor) throws MalformedInputException {
        long clock = cursor.readU64("clockInfo.clock");
        long resetCount = cursor.readU32("clockInfo.resetCount");
        long restartCount = cursor.readU32("clockInfo.restartCount");
        int safe = cursor.readU8("clockInfo.safe");
        if (safe > 1) {
            throw cursor.refused("clockInfo.safe", "is " + safe);
        }
        return new TpmsClockInfo(clock, resetCount, restartCount, safe == 1);
    }
}
