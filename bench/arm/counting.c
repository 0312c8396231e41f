/*
 * A plugin for qemu's user-mode emulation: counts the instructions that a program executes, and those of them that are AES, SHA or
 * 64-bit polynomial multiplication on arm64, and prints both when it ends. qemu's header for plugins is in no Debian package: what
 * is used of version 1 of its interface is declared here.
 */
#include <inttypes.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

struct qemu_plugin_tb;
struct qemu_plugin_insn;
typedef uint64_t qemu_plugin_id_t;
enum qemu_plugin_op { QEMU_PLUGIN_INLINE_ADD_U64 };
typedef struct qemu_info {
  const char *target_name;
} qemu_info_t;

void qemu_plugin_register_vcpu_tb_trans_cb(qemu_plugin_id_t id,
                                           void (*each)(qemu_plugin_id_t id, struct qemu_plugin_tb *block));
void qemu_plugin_register_vcpu_tb_exec_inline(struct qemu_plugin_tb *block, enum qemu_plugin_op op, void *counter,
                                              uint64_t amount);
void qemu_plugin_register_atexit_cb(qemu_plugin_id_t id, void (*end)(qemu_plugin_id_t id, void *data), void *data);
size_t qemu_plugin_tb_n_insns(const struct qemu_plugin_tb *block);
struct qemu_plugin_insn *qemu_plugin_tb_get_insn(const struct qemu_plugin_tb *block, size_t index);
const void *qemu_plugin_insn_data(const struct qemu_plugin_insn *instruction);

#define SHARED __attribute__((visibility("default")))
SHARED int qemu_plugin_version = 1;

static bool is_arm64;
static uint64_t executed, cryptographic;

/* Arm Architecture Reference Manual for A-profile, C4.1: "Cryptographic AES", "three-register SHA", "two-register SHA", PMULL. */
static bool is_cryptographic(uint32_t word) {
  return (word & 0xFF3E0C00u) == 0x4E280800u || (word & 0xFF208C00u) == 0x5E000000u ||
         (word & 0xFF3E0C00u) == 0x5E280800u || (word & 0xBFE0FC00u) == 0x0EE0E000u;
}

static void translated(qemu_plugin_id_t id, struct qemu_plugin_tb *block) {
  (void)id;
  const size_t count = qemu_plugin_tb_n_insns(block);
  uint64_t special = 0;
  for (size_t i = 0; is_arm64 && i < count; i++) {
    uint32_t word;
    memcpy(&word, qemu_plugin_insn_data(qemu_plugin_tb_get_insn(block, i)), sizeof word);
    special += is_cryptographic(word) ? 1 : 0;
  }
  qemu_plugin_register_vcpu_tb_exec_inline(block, QEMU_PLUGIN_INLINE_ADD_U64, &executed, count);
  if (special > 0)
    qemu_plugin_register_vcpu_tb_exec_inline(block, QEMU_PLUGIN_INLINE_ADD_U64, &cryptographic, special);
}

static void ended(qemu_plugin_id_t id, void *data) {
  (void)id;
  (void)data;
  fprintf(stderr, "executed %" PRIu64 " cryptographic %" PRIu64 "\n", executed, cryptographic);
}

SHARED int qemu_plugin_install(qemu_plugin_id_t id, const qemu_info_t *info, int count, char **args);

SHARED int qemu_plugin_install(qemu_plugin_id_t id, const qemu_info_t *info, int count, char **args) {
  (void)count;
  (void)args;
  is_arm64 = strcmp(info->target_name, "aarch64") == 0;
  qemu_plugin_register_vcpu_tb_trans_cb(id, translated);
  qemu_plugin_register_atexit_cb(id, ended, NULL);
  return 0;
}
