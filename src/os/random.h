/* Randomness from the kernel. Fit for salts, tokens and keys. A kernel that gives none ends the
 * process: a salt that can be guessed would undo what the ledger promises. */
#pragma once
#include <stddef.h>
#include <stdint.h>

void random_bytes(void *p, size_t n);
uint32_t random_below(uint32_t n); /* 0 … n-1, without bias; n > 0 */
unsigned random_jitter(void);      /* 0 … 999, for retry_at() */
