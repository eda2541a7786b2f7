package dev.assay.verifier.http;

import dev.assay.bytes.MalformedInputException;
import dev.assay.signing.NotSignedException;
import dev.assay.verifier.refusal.NotAuthenticException;
import dev.assay.verifier.refusal.RefusedException;
import java.io.IOException;

/// Answers one route; says no by the exceptions that {@link Problems} knows.
interface Endpoint {
    Reply answer(Call call)
            throws IOException,
                    InterruptedException,
                    MalformedInputException,
                    NotAuthenticException,
                    NotSignedException,
                    RefusedException,
                    HttpRefusal;
}
