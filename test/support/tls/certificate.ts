/** A certificate for `localhost` and `named.test`, signed by itself and trusted by nobody, and its key: for these tests only. Made with `openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 36500 -subj /CN=localhost -addext subjectAltName=DNS:localhost,DNS:named.test`. */
export const certificate = `-----BEGIN CERTIFICATE-----
MIIBoTCCAUegAwIBAgIULd7ub1n91O6GYI3S+5GU/wLVQ/4wCgYIKoZIzj0EAwIw
FDESMBAGA1UEAwwJbG9jYWxob3N0MCAXDTI2MTEyNDE0MzI1N1oYDzIxMjYxMDMx
MTQzMjU3WjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwWTATBgcqhkjOPQIBBggqhkjO
PQMBBwNCAARiu93vnVmTumfgFY+3bVbadh2yyUPZ50JKUQEkFpd0e339NKY47P+n
DyPkBUms8nFkmIQht6N2xgDFU1yPZ9k9o3UwczAdBgNVHQ4EFgQUwH1jZZHHZbY8
Xi40/a73BEraagswHwYDVR0jBBgwFoAUwH1jZZHHZbY8Xi40/a73BEraagswDwYD
VR0TAQH/BAUwAwEB/zAgBgNVHREEGTAXgglsb2NhbGhvc3SCCm5hbWVkLnRlc3Qw
CgYIKoZIzj0EAwIDSAAwRQIgAyp1pHa25O8y70m0YStPM0nOVq42Exg4UIMFqz63
akgCIQDDqFhyGfpBnNleBXTr0OPDowWNMnf8M4H4NChhWAfEUA==
-----END CERTIFICATE-----
`;

export const key = `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgxxl3H6wybRERI0ge
uBF6I7qAP7KFs88pGTReB8tN8jihRANCAARiu93vnVmTumfgFY+3bVbadh2yyUPZ
50JKUQEkFpd0e339NKY47P+nDyPkBUms8nFkmIQht6N2xgDFU1yPZ9k9
-----END PRIVATE KEY-----
`;
