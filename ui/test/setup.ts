/* Node 18 has Web Crypto but no global name for it; browsers and later Nodes do. */
import { webcrypto } from 'node:crypto';

if (!globalThis.crypto) Object.defineProperty(globalThis, 'crypto', { value: webcrypto });
