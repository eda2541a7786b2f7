package dev.assay.verifier.http;

enum Method {
    GET,
    POST,
    PATCH
}
