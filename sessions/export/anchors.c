/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Keys and signatures; time stamps are in anchors_stamp.c. */
#include "sessions/export/anchors.h"
#include "sessions/case/files.h"
#include "sessions/datahome.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const size_t KEY_MAX = 64 << 10;

lu_err lu_key_path(const char *given, char *out, size_t size)
{
    if (given == NULL) {
        return lu_data_path("key.pem", out, size);
    }
    return (size_t)snprintf(out, size, "%s", given) < size
               ? LU_OK
               : lu_fail(LU_ERR_USAGE, "the key's path is too long");
}

/* --- PEM --- */

/* Nobody is asked for a pass phrase. */
static int no_phrase(char *room, int size, int writing, void *context)
{
    (void)room;
    (void)size;
    (void)writing;
    (void)context;
    return -1;
}

static EVP_PKEY *parse_key(const lu_buf *pem, bool private)
{
    BIO *bio = BIO_new_mem_buf(pem->data, (int)pem->len);
    EVP_PKEY *key = NULL;

    if (bio != NULL) {
        key = private ? PEM_read_bio_PrivateKey(bio, NULL, no_phrase, NULL)
                      : PEM_read_bio_PUBKEY(bio, NULL, no_phrase, NULL);
        BIO_free(bio);
    }
    if (key != NULL && EVP_PKEY_get_id(key) != EVP_PKEY_ED25519) {
        EVP_PKEY_free(key);
        key = NULL;
    }
    return key;
}

typedef int (*pem_writer)(BIO *bio, EVP_PKEY *key);

static int write_private(BIO *bio, EVP_PKEY *key)
{
    return PEM_write_bio_PKCS8PrivateKey(bio, key, NULL, NULL, 0, NULL, NULL);
}

static int write_public(BIO *bio, EVP_PKEY *key)
{
    return PEM_write_bio_PUBKEY(bio, key);
}

static lu_err print_key(EVP_PKEY *key, pem_writer writer, lu_buf *out)
{
    BIO *bio = BIO_new(BIO_s_mem());
    char *text = NULL;
    long len = bio != NULL && writer(bio, key) == 1 ? BIO_get_mem_data(bio, &text) : 0;
    lu_err err = len > 0 ? lu_buf_add(out, text, (size_t)len)
                         : lu_fail(LU_ERR_INTERNAL, "a key cannot be written");

    BIO_free(bio);
    return err;
}

static lu_err print_fingerprint(EVP_PKEY *key, lu_sha256 *out)
{
    uint8_t *der = NULL;
    int len = i2d_PUBKEY(key, &der);
    lu_err err = len > 0 ? lu_sha256_of(der, (size_t)len, out)
                         : lu_fail(LU_ERR_INTERNAL, "a key has no public half");

    OPENSSL_free(der);
    return err;
}

/* --- files --- */

static lu_err public_path(const char *path, char *out, size_t size)
{
    size_t len = strlen(path), stem = len > 4 && !strcmp(path + len - 4, ".pem") ? len - 4 : len;

    return (size_t)snprintf(out, size, "%.*s.pub", (int)stem, path) < size
               ? LU_OK
               : lu_fail(LU_ERR_USAGE, "the key's path is too long");
}

static lu_err check_free(const char *path)
{
    struct stat st;

    return lstat(path, &st) ? LU_OK
                            : lu_fail(LU_ERR_INPUT, "%s is there already; it stays as it is", path);
}

static lu_err save_key(EVP_PKEY *key, const char *path, const char *public)
{
    lu_buf secret = LU_BUF_INIT, open = LU_BUF_INIT;
    lu_err err = print_key(key, write_private, &secret);

    if (!err) {
        err = print_key(key, write_public, &open);
    }
    if (!err) {
        err = lu_file_replace(AT_FDCWD, path, secret.data, secret.len, 0600);
    }
    if (!err) {
        err = lu_file_replace(AT_FDCWD, public, open.data, open.len, 0644);
    }
    if (secret.data != NULL) {
        OPENSSL_cleanse(secret.data, secret.len);
    }
    lu_buf_fini(&secret);
    lu_buf_fini(&open);
    return err;
}

lu_err lu_key_new(const char *path, lu_sha256 *fingerprint)
{
    char public[4096];
    EVP_PKEY *key;
    lu_err err;

    LU_TRY(public_path(path, public, sizeof public));
    LU_TRY(check_free(path));
    LU_TRY(check_free(public));
    LU_TRY(lu_data_parents(path));
    key = EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
    if (key == NULL) {
        return lu_fail(LU_ERR_INTERNAL, "no key can be made");
    }
    err = save_key(key, path, public);
    if (!err) {
        err = print_fingerprint(key, fingerprint);
    }
    EVP_PKEY_free(key);
    return err;
}

lu_err lu_key_public(const char *path, lu_buf *pem, lu_sha256 *fingerprint)
{
    lu_buf text;
    EVP_PKEY *key;
    lu_err err;

    LU_TRY(lu_file_read(AT_FDCWD, path, KEY_MAX, &text));
    key = parse_key(&text, false);
    key = key ? key : parse_key(&text, true);
    OPENSSL_cleanse(text.data, text.len);
    lu_buf_fini(&text);
    if (key == NULL) {
        return lu_within(lu_fail(LU_ERR_INPUT, "holds no Ed25519 key that can be read"), "%s",
                         path);
    }
    err = print_key(key, write_public, pem);
    if (!err) {
        err = print_fingerprint(key, fingerprint);
    }
    EVP_PKEY_free(key);
    return err;
}

lu_err lu_key_fingerprint(const lu_buf *pem, lu_sha256 *out)
{
    EVP_PKEY *key = parse_key(pem, false);
    lu_err err = key ? print_fingerprint(key, out)
                     : lu_fail(LU_ERR_INTEGRITY, "holds no Ed25519 public key");

    EVP_PKEY_free(key);
    return err;
}

/* --- signatures --- */

static lu_err read_private(const char *path, EVP_PKEY **out)
{
    struct stat st;
    lu_buf text;

    *out = NULL;
    if (stat(path, &st)) {
        return lu_fail(LU_ERR_INPUT, "there is no key: %s", strerror(errno));
    }
    if (st.st_mode & (S_IRWXG | S_IRWXO)) {
        return lu_fail(LU_ERR_INPUT, "the key is open to others: chmod 600 it");
    }
    LU_TRY(lu_file_read(AT_FDCWD, path, KEY_MAX, &text));
    *out = parse_key(&text, true);
    OPENSSL_cleanse(text.data, text.len);
    lu_buf_fini(&text);
    return *out ? LU_OK
                : lu_fail(LU_ERR_INPUT, "holds no Ed25519 private key that can be read; keys under "
                                        "a pass phrase are not supported");
}

lu_err lu_key_sign(const char *path, const lu_buf *data, uint8_t out[LU_SIGNATURE_BYTES])
{
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    EVP_PKEY *key = NULL;
    size_t len = LU_SIGNATURE_BYTES;
    lu_err err = context ? lu_within(read_private(path, &key), "%s", path) : LU_ERR_MEMORY;

    if (!err && (EVP_DigestSignInit(context, NULL, NULL, NULL, key) != 1 ||
                 EVP_DigestSign(context, out, &len, data->data, data->len) != 1 ||
                 len != LU_SIGNATURE_BYTES)) {
        err = lu_fail(LU_ERR_INTERNAL, "nothing can be signed");
    }
    EVP_PKEY_free(key);
    EVP_MD_CTX_free(context);
    return err;
}

lu_err lu_key_verify(const lu_buf *pem, const lu_buf *data, const lu_buf *signature)
{
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    EVP_PKEY *key = parse_key(pem, false);
    bool good =
        context && key && signature->len == LU_SIGNATURE_BYTES &&
        EVP_DigestVerifyInit(context, NULL, NULL, NULL, key) == 1 &&
        EVP_DigestVerify(context, signature->data, signature->len, data->data, data->len) == 1;

    EVP_PKEY_free(key);
    EVP_MD_CTX_free(context);
    return good ? LU_OK : lu_fail(LU_ERR_INTEGRITY, "the signature is not this key's");
}
