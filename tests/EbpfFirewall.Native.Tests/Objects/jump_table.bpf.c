/* SPDX-License-Identifier: (MIT OR GPL-2.0-only) */
/* A jump by a table as clang 22 writes it, in assembly for the compilers before it. */
#define NO_LICENSE
#include "bpf_test.h"

asm(".section .jumptables,\"a\",@progbits\n"
    ".global table\n"
    ".type table, @object\n"
    "table:\n"
    "	.quad 40\n"
    "	.quad 56\n"
    ".size table, 16\n"
    ".section socket,\"ax\",@progbits\n"
    ".global jump\n"
    ".type jump, @function\n"
    "jump:\n"
    "	r1 = table ll\n"			/* 0, 1 */
    "	r1 = *(u64 *)(r1 + 8)\n"		/* 2 */
    "	.byte 0x0d, 0x01, 0, 0, 0, 0, 0, 0\n"	/* 3: gotox r1 */
    "	r0 = 0\n"				/* 4 */
    "	r0 = 1\n"				/* 5 */
    "	exit\n"					/* 6 */
    "	r0 = 2\n"				/* 7 */
    "	exit\n"					/* 8 */
    ".size jump, 72\n"
    ".section license,\"aw\",@progbits\n"
    "	.asciz \"Dual MIT/GPL\"\n");
