/* A policy owner signs in the browser: the secret key is read from the file that “sallyport policy keygen” made, used once
 * and never sent. Ed25519 (RFC 8032) by the browser's own library. */
import { base64, unhex } from '../ledger/verify';

/* PKCS #8 of an Ed25519 seed (RFC 8410 §7), up to the seed. */
const pkcs8 = unhex('302e020100300506032b657004220420');

export async function signStatement(statement: string, keyFile: string): Promise<string> {
  const seed = keyFile.trim().toLowerCase();
  if (!/^[0-9a-f]{64}$/.test(seed)) throw new Error('This is no secret key; “sallyport policy keygen FILE” makes one.');
  const der = new Uint8Array([...pkcs8, ...unhex(seed)]);
  try {
    const key = await crypto.subtle.importKey('pkcs8', der, 'Ed25519', false, ['sign']);
    return base64(new Uint8Array(await crypto.subtle.sign('Ed25519', key, new TextEncoder().encode(statement))));
  } finally {
    der.fill(0);
  }
}
