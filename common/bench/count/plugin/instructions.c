// A plugin of QEMU that counts the instructions of a program and prints their number at its end. It declares QEMU's
// functions itself, because Debian's packages lack the header (docs/devel/tcg-plugins.rst of QEMU 7.2). The count is
// exact only if one thread runs at a time, as in a Go program with GOMAXPROCS=1.
#include <inttypes.h>
#include <stddef.h>
#include <stdio.h>

typedef uint64_t plugin_id;
struct block; // of instructions, translated once

void qemu_plugin_register_vcpu_tb_trans_cb(plugin_id, void (*)(plugin_id, struct block *));
void qemu_plugin_register_vcpu_tb_exec_inline(struct block *, int op, void *to, uint64_t n);
void qemu_plugin_register_atexit_cb(plugin_id, void (*)(plugin_id, void *), void *);
size_t qemu_plugin_tb_n_insns(const struct block *);

int qemu_plugin_version = 1; // of the interface

static uint64_t instructions;

static void translated(plugin_id id, struct block *b) {
	const int add = 0;
	qemu_plugin_register_vcpu_tb_exec_inline(b, add, &instructions, qemu_plugin_tb_n_insns(b));
}

static void ended(plugin_id id, void *nothing) { fprintf(stderr, "instructions: %" PRIu64 "\n", instructions); }

int qemu_plugin_install(plugin_id id, const void *info, int argc, char **argv) {
	qemu_plugin_register_vcpu_tb_trans_cb(id, translated);
	qemu_plugin_register_atexit_cb(id, ended, NULL);
	return 0;
}
