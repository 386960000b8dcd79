/* SPDX-License-Identifier: (MIT OR GPL-2.0-only) */
/* Declaration tags, type tags, 64-bit enumerators, floats, long names. */
#include "bpf_test.h"

#define tag(x) __attribute__((btf_decl_tag(x)))

enum big { SMALL = 1, BIG = 0x123456789abcULL };
enum negative { MINUS = -1, PLUS = 1 };

struct tagged {
	int member tag("of a member");
	double real;
	enum big big;
	enum negative negative;
	int bits : 3, more_bits : 9;
	union { int a; char b[3]; };
} tag("of a type");

struct tagged value;

__noinline int tagged_function_with_a_name_longer_than_the_kernel_takes(int x tag("of a parameter")) tag("of a function");
__noinline int tagged_function_with_a_name_longer_than_the_kernel_takes(int x)
{
	asm volatile("");
	return x;
}

SEC("tc")
int program_with_a_name_longer_than_the_kernel_takes(struct __sk_buff *skb)
{
	value.member = value.big == BIG;
	value.bits = value.negative == MINUS;
	return tagged_function_with_a_name_longer_than_the_kernel_takes(value.member);
}
