import { createRemoteSigner } from 'imprint';

/**
 * @param client a CryptographyClient of @azure/keyvault-keys for a key of the kind EC or RSA.
 * @param certificates PEM, the key's own certificate first.
 * @param algorithm for RSA 'ps256', 'ps384' or 'ps512'. For EC it follows from the certificate.
 */
export function createAzureSigner(client, certificates, algorithm) {
  return createRemoteSigner({
    certificates,
    algorithm,
    async sign({ algorithm, digest }) {
      const { result } = await client.sign(algorithm.toUpperCase(), digest);
      return result;
    },
  });
}
