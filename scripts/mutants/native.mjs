// Checks of the native code, each with what removes it and the test that must then fail. `core` names a test of the
// program in test/native-c (a part of its name is enough), `tests` those of test/ with the addon built anew.

const floe = 'native/src/core/floe.c';
const chunk = 'native/src/core/chunk.c';
const recording = 'native/src/core/recording.c';
const crypto = 'native/src/core/crypto.c';
const keyMemory = 'native/src/addon/key_memory.c';
const seal = 'native/src/addon/seal.c';
const shares = 'native/src/addon/shares.c';
const args = 'native/src/addon/args.c';

/** @type {readonly import('./run.mjs').Mutant[]} */
export const nativeMutants = [
  // FLOE
  {
    name: 'parameters of a FLOE header are not compared',
    file: floe,
    search: 'if (memcmp(floe->header, header, PARAMETERS) != 0) return SC_BAD_HEADER;',
    replace: '',
    core: 'FLOE',
  },
  {
    name: "a FLOE header's tag is not compared",
    file: floe,
    search: 'CRYPTO_memcmp(floe->derived, header + CONTEXT, HEADER_TAG) == 0 ?',
    replace: 'true ?',
    core: 'FLOE',
  },
  {
    name: "a FLOE header's tag is compared in its first half alone",
    file: floe,
    search: 'header + CONTEXT, HEADER_TAG) == 0',
    replace: 'header + CONTEXT, HEADER_TAG / 2) == 0',
    core: 'FLOE',
  },
  {
    name: 'a message IV without randomness is used',
    file: floe,
    search: 'if (!take_random(floe, floe->header + PARAMETERS, IV)) return SC_RANDOM_FAILED;',
    replace: '(void)take_random(floe, floe->header + PARAMETERS, IV);',
    core: 'failures',
  },
  {
    name: 'a nonce without randomness is used',
    file: floe,
    search: 'if (!take_random(floe, nonce, NONCE)) return SC_RANDOM_FAILED;',
    replace: '(void)take_random(floe, nonce, NONCE);',
    core: 'failures',
  },
  {
    name: 'a segment of any length is sealed',
    file: floe,
    search: 'if (final ? length > full : length != full) return SC_TOO_LARGE;',
    replace: '(void)full;',
    core: 'FLOE',
  },
  {
    name: "a segment's length is not checked",
    file: floe,
    search:
      'if (final ? segment.length > full || segment.length < SC_FLOE_OVERHEAD : segment.length != full) return SC_BAD_SEGMENT;',
    replace: '(void)full;',
    core: 'FLOE',
  },
  {
    name: "a segment's length field is not compared",
    file: floe,
    search: 'if (memcmp(segment.data, final ? prefix : not_final, PREFIX) != 0) return SC_BAD_SEGMENT;',
    replace: '(void)not_final;',
    core: 'FLOE',
  },
  {
    name: "a segment's tag is not compared",
    file: floe,
    search: 'if (done && EVP_DecryptFinal_ex(floe->cipher, rest, &written) == 1) return SC_OK;',
    replace: '(void)rest; if (done) return SC_OK;',
    core: 'FLOE',
  },
  {
    name: 'a segment is not bound to being the last',
    file: floe,
    search: 'additional[8] = final ? 1 : 0;',
    replace: '(void)final; additional[8] = 0;',
    core: 'FLOE',
  },
  {
    name: 'a segment is not bound to its number',
    file: floe,
    search: 'sc_put_be64(additional, number);',
    replace: 'sc_put_be64(additional, 0);',
    core: 'FLOE',
  },
  {
    name: 'the segment key never changes',
    file: floe,
    search: 'if ((number & ((UINT64_C(1) << floe->params.rotation_bits) - 1)) == 0) {',
    replace: 'if (number == 0) {',
    core: 'FLOE',
  },
  {
    name: 'plaintext of a refused segment is given out',
    file: floe,
    search: 'OPENSSL_cleanse(out, length);\n  return done',
    replace: 'return done',
    core: 'FLOE',
  },
  {
    name: 'plaintext before a refused segment is given out',
    file: floe,
    search: 'else OPENSSL_cleanse(out, done);',
    replace: '',
    core: 'FLOE',
  },
  {
    name: "a message's keys are left",
    file: floe,
    search: 'OPENSSL_cleanse(floe, sizeof *floe);',
    replace: 'floe->cipher = NULL;',
    core: 'FLOE',
  },
  // Chunks
  {
    name: 'a failed seal leaves the chain',
    file: chunk,
    search: 'if (status != SC_OK) sc_recording_erase(recording);',
    replace: '',
    core: 'failures',
  },
  {
    name: "a part's key is left after it was used",
    file: chunk,
    search: 'OPENSSL_cleanse(key, SC_HASH);',
    replace: '',
    core: 'chunks',
  },
  {
    name: 'media above its bound is sealed',
    file: chunk,
    search: 'media->length > SC_MEDIA_MAX || telemetry',
    replace: 'telemetry',
    core: 'chunks',
  },
  {
    name: 'telemetry above its bound is sealed',
    file: chunk,
    search: ' || telemetry->length > SC_TELEMETRY_MAX) return',
    replace: ') return',
    core: 'chunks',
  },
  {
    name: 'a part is not bound to which it is',
    file: chunk,
    search: 'aad[SC_DIGEST + 8] = part;',
    replace: 'aad[SC_DIGEST + 8] = 0;',
    core: 'chunks',
  },
  {
    name: 'a part is not bound to its index',
    file: chunk,
    search: 'sc_put_be64(aad + SC_DIGEST, index);',
    replace: 'sc_put_be64(aad + SC_DIGEST, 0);',
    core: 'chunks',
  },
  {
    name: 'a part is not bound to its opening',
    file: chunk,
    search: 'memcpy(aad, opening_digest, SC_DIGEST);',
    replace: '(void)opening_digest; memset(aad, 0, SC_DIGEST);',
    core: 'chunks',
  },
  {
    name: 'a chunk is sealed out of order',
    file: chunk,
    search:
      'enum sc_status status = sc_recording_ready(recording, index);\n  if (status != SC_OK) return status;',
    replace: 'enum sc_status status;',
    core: 'chunks',
  },
  // The key chain
  {
    name: 'any index is the next one',
    file: recording,
    search: 'return index == recording->next ? SC_OK : SC_NOT_NEXT;',
    replace: '(void)index; return SC_OK;',
    core: 'chain',
  },
  {
    name: 'an erased recording goes on',
    file: recording,
    search: 'if (!recording->open) return SC_ERASED;',
    replace: '',
    core: 'chain',
  },
  {
    name: 'the index stays',
    file: recording,
    search: 'recording->next++;',
    replace: '',
    core: 'chain',
  },
  {
    name: 'the chain key stays',
    file: recording,
    search: 'memcpy(recording->chain, recording->scratch, SC_HASH);',
    replace: '',
    core: 'chain',
  },
  {
    name: 'the shares are left',
    file: recording,
    search: 'sc_shares_erase(shares);\n',
    replace: '',
    core: 'chain',
  },
  {
    name: 'shares that are short open a recording',
    file: recording,
    search: 'shares->count > 0 && shares->filled == shares->count * SC_SHARE',
    replace: 'shares->count > 0',
    core: 'chain',
  },
  {
    name: 'PRK is left',
    file: recording,
    search: 'OPENSSL_cleanse(recording->scratch, SC_HASH);\n  OPENSSL_cleanse(recording->media',
    replace: 'OPENSSL_cleanse(recording->media',
    core: 'chain',
  },
  {
    name: 'the next chain key is left beside itself',
    file: recording,
    search: 'OPENSSL_cleanse(recording->scratch, SC_HASH);\n  recording->next++;',
    replace: 'recording->next++;',
    core: 'chain',
  },
  {
    name: 'a step that failed leaves the chain',
    file: recording,
    search: 'recording->next++;\n  if (status != SC_OK) sc_recording_erase(recording);',
    replace: 'recording->next++;',
    core: 'failures',
    // The caller erases as well: two checks for one fault.
    with: [
      {
        file: chunk,
        search: 'if (status != SC_OK) sc_recording_erase(recording);',
        replace: '',
      },
    ],
  },
  {
    name: 'an erased recording keeps its keys',
    file: recording,
    search: 'OPENSSL_cleanse(recording, sizeof *recording);',
    replace: 'recording->open = false;',
    core: 'chain',
  },
  {
    name: 'commitments are not bound to their role',
    file: recording,
    search: 'sc_piece_of(&role, 1)},',
    replace: '((void)role, sc_piece_of("", 1))},',
    core: 'chain',
  },
  {
    name: 'what OpenSSL refused counts as done',
    file: crypto,
    search: 'EVP_MAC_CTX_free(mac);\n  return done ? SC_OK : SC_CRYPTO_FAILED;',
    replace: 'EVP_MAC_CTX_free(mac);\n  (void)done; return SC_OK;',
    core: 'failures',
  },
  {
    name: "OpenSSL's copy of a key is left on its heap",
    file: crypto,
    search: 'EVP_MAC_CTX_free(mac);\n  return done',
    replace: 'return done',
    tests: ['test/native/memory.test.ts'],
  },
  // Key memory
  {
    name: 'a slot that is given back keeps its keys',
    file: keyMemory,
    search: 'OPENSSL_cleanse(slot, SC_KEY_SLOT);',
    replace: '',
    core: 'key memory',
  },
  {
    name: 'keys are copied by fork',
    file: keyMemory,
    search: 'state.not_forked = madvise(slots, bytes, MADV_DONTFORK) == 0;',
    replace: 'state.not_forked = true;',
    core: 'key memory',
  },
  {
    name: 'keys go into core files',
    file: keyMemory,
    search: 'state.not_dumped = madvise(slots, bytes, MADV_DONTDUMP) == 0;',
    replace: 'state.not_dumped = true;',
    core: 'key memory',
  },
  {
    name: 'keys go to swap',
    file: keyMemory,
    search: 'state.locked = mlock(slots, bytes) == 0;',
    replace: 'state.locked = true;',
    core: 'key memory',
  },
  // The addon
  {
    name: 'a byte behind the shares is ignored',
    file: shares,
    search: 'if (full) return EXCESS;',
    replace: 'if (full) return COMPLETE;',
    tests: ['test/native/shares.test.ts'],
  },
  {
    name: 'shares that end early are taken',
    file: shares,
    search: 'return full ? COMPLETE : SHORT;',
    replace: 'return COMPLETE;',
    tests: ['test/native/shares.test.ts'],
  },
  {
    name: 'refused shares are kept',
    file: shares,
    search: 'if (task->handle->erase_wanted || !good) sc_shares_drop(task->handle);',
    replace: 'if (task->handle->erase_wanted) sc_shares_drop(task->handle);',
    // native/index.ts erases them as well.
    with: [{ file: 'native/index.ts', search: 'shares?.erase();', replace: '' }],
    tests: ['test/native/shares.test.ts'],
  },
  {
    name: 'two chunks are sealed at once',
    file: seal,
    search: 'if (handle->busy) {',
    replace: 'if (false) {',
    tests: ['test/native/recording.test.ts'],
  },
  {
    name: 'a failed seal keeps its slot',
    file: seal,
    search: 'if (task->handle->erase_wanted || task->status != SC_OK) drop(task->handle);',
    replace: 'if (task->handle->erase_wanted) drop(task->handle);',
    tests: ['test/native/recording.test.ts'],
  },
  {
    name: 'erasing while a chunk is sealed is forgotten',
    file: seal,
    search: 'if (task->handle->erase_wanted || task->status != SC_OK) drop(task->handle);',
    replace: 'if (task->status != SC_OK) drop(task->handle);',
    tests: ['test/native/recording.test.ts'],
  },
  {
    name: 'bytes of another length are taken',
    file: args,
    search: 'if (bytes->length == length) return true;',
    replace: 'return true;',
    tests: ['test/native/recording.test.ts'],
  },
];
