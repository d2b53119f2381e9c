/* SPDX-License-Identifier: GPL-3.0-or-later */
/* RFC 3161 time stamps by OpenSSL's TS API. */
#include "sessions/export/anchors.h"

#include <openssl/asn1.h>
#include <openssl/err.h>
#include <openssl/rand.h>
#include <openssl/ts.h>
#include <openssl/x509.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

enum { NONCE_BYTES = 8, IMPRINT_BYTES = 32, DER_MAX = 1 << 20 };

/* --- the request --- */

static bool set_imprint(TS_REQ *request, const uint8_t imprint[IMPRINT_BYTES])
{
    TS_MSG_IMPRINT *message = TS_MSG_IMPRINT_new();
    X509_ALGOR *algorithm = X509_ALGOR_new();
    bool good = message && algorithm &&
                X509_ALGOR_set0(algorithm, OBJ_nid2obj(NID_sha256), V_ASN1_NULL, NULL) == 1 &&
                TS_MSG_IMPRINT_set_algo(message, algorithm) == 1 &&
                TS_MSG_IMPRINT_set_msg(message, (uint8_t *)imprint, IMPRINT_BYTES) == 1 &&
                TS_REQ_set_msg_imprint(request, message) == 1;

    TS_MSG_IMPRINT_free(message);
    X509_ALGOR_free(algorithm);
    return good;
}

/* A first byte between 1 and 127: positive, and no leading zero. */
static bool set_nonce(TS_REQ *request)
{
    uint8_t raw[NONCE_BYTES];
    ASN1_INTEGER *nonce = ASN1_INTEGER_new();
    bool good = nonce && RAND_bytes(raw, sizeof raw) == 1;

    if (good) {
        raw[0] = (uint8_t)((raw[0] & 0x7f) | 1);
        good =
            ASN1_STRING_set(nonce, raw, sizeof raw) == 1 && TS_REQ_set_nonce(request, nonce) == 1;
    }
    ASN1_INTEGER_free(nonce);
    return good;
}

static lu_err print_request(const TS_REQ *request, lu_buf *out)
{
    uint8_t *der = NULL;
    int len = i2d_TS_REQ(request, &der);
    lu_err err = len > 0 ? lu_buf_add(out, der, (size_t)len)
                         : lu_fail(LU_ERR_INTERNAL, "no time-stamp request can be made");

    OPENSSL_free(der);
    return err;
}

lu_err lu_stamp_request(const lu_buf *data, lu_buf *out)
{
    TS_REQ *request = TS_REQ_new();
    uint8_t imprint[EVP_MAX_MD_SIZE];
    unsigned len = 0;
    bool good = request && EVP_Digest(data->data, data->len, imprint, &len, EVP_sha256(), NULL) &&
                TS_REQ_set_version(request, 1) == 1 && set_imprint(request, imprint) &&
                set_nonce(request) && TS_REQ_set_cert_req(request, 1) == 1;
    lu_err err = good ? print_request(request, out)
                      : lu_fail(LU_ERR_INTERNAL, "no time-stamp request can be made");

    TS_REQ_free(request);
    return err;
}

/* --- the response --- */

static lu_err not_good(const char *what)
{
    const char *reason = ERR_reason_error_string(ERR_peek_last_error());
    lu_err err =
        lu_fail(LU_ERR_INTEGRITY, "%s%s%s", what, reason ? ": " : "", reason ? reason : "");

    ERR_clear_error();
    return err;
}

static lu_err read_time(TS_RESP *response, char at[32])
{
    TS_TST_INFO *info = TS_RESP_get_tst_info(response);
    struct tm tm;

    if (info == NULL || ASN1_TIME_to_tm(TS_TST_INFO_get_time(info), &tm) != 1) {
        return not_good("the response holds no time stamp");
    }
    strftime(at, 32, "%Y-%m-%dT%H:%M:%SZ", &tm);
    return LU_OK;
}

static lu_err load_authority(const char *ca_file, X509_STORE **out)
{
    *out = X509_STORE_new();
    if (*out != NULL && X509_STORE_load_file(*out, ca_file) == 1) {
        return LU_OK;
    }
    X509_STORE_free(*out);
    *out = NULL;
    ERR_clear_error();
    return lu_within(lu_fail(LU_ERR_INPUT, "holds no certificate that can be read"), "%s", ca_file);
}

lu_err lu_stamp_authority(const char *ca_file)
{
    X509_STORE *store;
    lu_err err = load_authority(ca_file, &store);

    X509_STORE_free(store);
    return err;
}

static lu_err add_authority(TS_VERIFY_CTX *context, const char *ca_file)
{
    X509_STORE *store;

    LU_TRY(load_authority(ca_file, &store));
    TS_VERIFY_CTX_set_store(context, store); /* taken over */
    TS_VERIFY_CTX_add_flags(context, TS_VFY_SIGNATURE);
    return LU_OK;
}

/* Does the request ask for this very data? The response is then held against the request. */
static bool asks_for(TS_REQ *request, const lu_buf *data)
{
    ASN1_OCTET_STRING *found = TS_MSG_IMPRINT_get_msg(TS_REQ_get_msg_imprint(request));
    uint8_t imprint[EVP_MAX_MD_SIZE];
    unsigned len = 0;

    return EVP_Digest(data->data, data->len, imprint, &len, EVP_sha256(), NULL) == 1 &&
           ASN1_STRING_length(found) == (int)len &&
           memcmp(ASN1_STRING_get0_data(found), imprint, len) == 0;
}

static lu_err check_response(TS_REQ *request, TS_RESP *response, const char *ca_file)
{
    TS_VERIFY_CTX *context = TS_REQ_to_TS_VERIFY_CTX(request, NULL);
    lu_err err = LU_OK;

    if (context == NULL) {
        return not_good("the request cannot be used");
    }
    TS_VERIFY_CTX_set_flags(context, TS_VFY_VERSION | TS_VFY_IMPRINT | TS_VFY_NONCE);
    if (ca_file != NULL) {
        err = add_authority(context, ca_file);
    }
    if (!err && TS_RESP_verify_response(context, response) != 1) {
        err = not_good("the time stamp does not hold");
    }
    TS_VERIFY_CTX_free(context);
    return err;
}

static lu_err read_response(TS_REQ *request, const lu_buf *response, const char *ca_file,
                            char at[32])
{
    const uint8_t *end = response->data;
    TS_RESP *r = response->len < DER_MAX ? d2i_TS_RESP(NULL, &end, (long)response->len) : NULL;
    lu_err err = r != NULL && end == response->data + response->len
                     ? check_response(request, r, ca_file)
                     : not_good("the time-stamp response cannot be read");

    if (!err) {
        err = read_time(r, at);
    }
    TS_RESP_free(r);
    return err;
}

lu_err lu_stamp_check(const lu_buf *request, const lu_buf *response, const lu_buf *data,
                      const char *ca_file, char at[32])
{
    const uint8_t *end = request->data;
    TS_REQ *q = request->len < DER_MAX ? d2i_TS_REQ(NULL, &end, (long)request->len) : NULL;
    lu_err err = LU_OK;

    at[0] = '\0';
    if (q == NULL || end != request->data + request->len) {
        err = not_good("the time-stamp request cannot be read");
    } else if (!asks_for(q, data)) {
        err = lu_fail(LU_ERR_INTEGRITY, "the time-stamp request is for something else");
    } else if (response != NULL) {
        err = read_response(q, response, ca_file, at);
    }
    TS_REQ_free(q);
    return err;
}
