import { createRemoteSigner } from 'imprint';

/**
 * @param client a KeyManagementServiceClient of @google-cloud/kms.
 * @param name projects/…/cryptoKeyVersions/1, with the purpose ASYMMETRIC_SIGN and one of
 *   EC_SIGN_P256_SHA256, EC_SIGN_P384_SHA384, RSA_SIGN_PSS_*, EC_SIGN_ED25519.
 * @param certificates PEM, the key's own certificate first.
 * @param algorithm for RSA_SIGN_PSS_4096_SHA512: 'ps512'. Others follow from the certificate.
 */
export function createGoogleCloudSigner(client, name, certificates, algorithm) {
  return createRemoteSigner({
    certificates,
    algorithm,
    async sign({ algorithm, data, digest }) {
      const request =
        digest === null
          ? { name, data }
          : { name, digest: { [`sha${algorithm.slice(2)}`]: digest } };
      const [{ signature }] = await client.asymmetricSign(request);
      return signature;
    },
  });
}
