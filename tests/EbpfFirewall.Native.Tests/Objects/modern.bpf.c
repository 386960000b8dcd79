/* SPDX-License-Identifier: (MIT OR GPL-2.0-only) */
/* Type information that kernels learnt only over time. */
#include "bpf_test.h"

#define __tag(x) __attribute__((btf_decl_tag(x)))

enum wide { WIDE_A = 1ULL << 40, WIDE_B = 2 };
enum negative { MINUS = -1, PLUS = 1 };

struct tagged {
	double ratio;
	int field __tag("member");
	struct tagged __attribute__((btf_type_tag("kptr"))) *next;
	enum wide wide;
	enum negative negative;
};

struct tagged *pointer;

SEC("tc")
int modern(struct __sk_buff *skb)
{
	return pointer ? 1 : 2;
}
