/* SPDX-License-Identifier: (MIT OR GPL-2.0-only) */
/*
 * Reads the policy's memory (include/efw_policy.h): the image in force, the
 * class of an address, the terms of a class, the leases of a learned address.
 * No helper but the clock is called; the number of lines read grows with log16
 * of the rules.
 *
 * The searches are global functions of plain numbers: the verifier walks each
 * once instead of once for every state of every caller. They return
 * EFW_BROKEN when a line that the policy names is not there; the caller denies.
 */
#ifndef EFW_POLICY_LIB_H
#define EFW_POLICY_LIB_H

#include "../include/bpf_api.h"
#include "../include/efw_policy.h"

/* Policies; sized by user space. Full: user space makes another one. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__uint(map_flags, BPF_F_MMAPABLE);
	__type(key, __u32);
	__type(value, struct efw_line);
} efw_policy SEC(".maps");

/* Levels that the egress program looks at by itself; it is loaded often. */
#define EFW_FAST_LEVELS4 2
#define EFW_FAST_LEVELS6 3

#define EFW_NOTHING (-1)
#define EFW_BROKEN (-2)
#define EFW_FARTHER (-3) /* than the caller looks */

/*
 * What one run of a program goes by, read once.
 *
 * number   of the attachment
 * id       of the attachment; 0: there is none of that number
 * header   null: there is none of that number
 * image    null: no policy is in force
 * exes     which of the policy's executables the sender is (lib/exe.h)
 */
struct efw_view {
	__u32 number;
	__u32 id;
	__u32 generation;
	const struct efw_header *header;
	const struct efw_image *image;
	__u32 index4;
	__u32 shift4;
	__u64 exes;
};

/* Keeps the compiler from making a branch of a comparison. */
#define EFW_OPAQUE(x) asm volatile("" : "+r"(x))

/*
 * Makes the verifier forget what it knows of a number, so that it walks what
 * follows once and not once for every way that led there. `noise` is a number
 * that it knows nothing about.
 */
#define EFW_BLUR(x, noise)                                                     \
	do {                                                                   \
		__u64 blurred = (x);                                           \
		asm volatile("%0 ^= %1\n%0 ^= %1" : "+r"(blurred) : "r"(noise)); \
		(x) = blurred;                                                 \
	} while (0)

static __always_inline int efw_is_mapped(const struct efw_addr *addr)
{
	return !addr->w[0] && !addr->w[1] && addr->w[2] == bpf_htonl(0xffff);
}

/* Halves of an address in host order. */
static __always_inline __u64 efw_upper(const struct efw_addr *addr)
{
	return (__u64)bpf_ntohl(addr->w[0]) << 32 | bpf_ntohl(addr->w[1]);
}

static __always_inline __u64 efw_lower(const struct efw_addr *addr)
{
	return (__u64)bpf_ntohl(addr->w[2]) << 32 | bpf_ntohl(addr->w[3]);
}

/* Makes an address depend on a number that was loaded before. */
#define EFW_AFTER(pointer, number)                                             \
	do {                                                                   \
		__u64 zero = (number);                                         \
		asm volatile("%0 &= 0" : "+r"(zero));                          \
		(pointer) = (const volatile void *)(pointer) + zero;           \
	} while (0)

static __always_inline void *efw_line(__u32 line)
{
	return bpf_map_lookup_elem(&efw_policy, &line);
}

/* False when there is no policy: the caller must deny. */
static __always_inline int efw_look(struct efw_view *view, __u32 number)
{
	const volatile struct efw_header *header = efw_line(number);
	__u64 active = header ? header->active : 0;
	__u32 image = EFW_ACTIVE_IMAGE(active);

	view->number = number;
	view->id = header ? header->id : 0;
	view->generation = EFW_ACTIVE_GENERATION(active);
	view->header = (const struct efw_header *)header;
	view->image = active ? efw_line(image) : 0;
	view->index4 = image + 1;
	view->shift4 = EFW_ACTIVE_SHIFT4(active);
	view->exes = EFW_EXES_UNKNOWN;
	return view->image != 0;
}

/* 1 when key <= address, without a branch. */
static __always_inline __u64 efw_reached32(__u64 key, __u64 address)
{
	__u64 below = key - (address + 1);

	EFW_OPAQUE(below);
	return below >> 63;
}

/* The same for 64-bit numbers: 1 unless address - key borrows. */
static __always_inline __u64 efw_reached64(__u64 key, __u64 address)
{
	__u64 borrow = (~address & key) |
		       (~(address ^ key) & (address - key));

	EFW_OPAQUE(borrow);
	return (borrow >> 63) ^ 1;
}

/*
 * The class of an IPv4 address in host order; 0: no rule names it. Broken is
 * also a tree that has more levels than the caller looks at.
 */
static __always_inline int efw_walk4(__u32 index4, __u32 shift4, __u32 address,
				     const __u32 levels)
{
	__u32 slot = address >> (shift4 & 31);
	const struct efw_line *index = efw_line(index4 + (slot >> 4));
	const struct efw_leaf4 *leaf;
	__u32 root, line;
	__u64 count;

	if (!index)
		return EFW_BROKEN;
	root = index->w[slot & 15];
	line = EFW_ROOT_LINE(root);

	if (EFW_ROOT_HEIGHT(root) > levels)
		return EFW_BROKEN;
	for (__u32 level = 0; level < levels; level++) {
		const struct efw_node4 *node;
		__u32 last;

		if (level >= EFW_ROOT_HEIGHT(root))
			break;
		node = efw_line(line);
		if (!node)
			return EFW_BROKEN;
		count = 0;
#pragma unroll
		for (int i = 0; i < 15; i++)
			count += efw_reached32(node->key[i], address);
		last = node->first_last & 15;
		line = (node->first_last >> 4) + (count < last ? count : last);
	}

	leaf = efw_line(line);
	if (!leaf)
		return EFW_BROKEN;
	count = 0;
#pragma unroll
	for (int i = 0; i < EFW_LEAF4_KEYS; i++)
		count += efw_reached32(leaf->key[i], address);
	EFW_OPAQUE(count);
	return leaf->class[count & 15];
}

__noinline int efw_class4(__u32 index4, __u32 shift4, __u32 address)
{
	return efw_walk4(index4, shift4, address, EFW_TREE_HEIGHT_MAX);
}

static __always_inline int efw_among6(const struct efw_sparse6 *sparse,
				      __u64 half)
{
	__u32 value = sparse->elsewhere;

#pragma unroll
	for (int i = 0; i < EFW_SPARSE6_NETWORKS; i++) {
		__u64 other = (half ^ sparse->network[i]) >>
			      (sparse->shift[i] & 63);
		__u64 equal = (~other & (other - 1)) >> 63;

		EFW_OPAQUE(equal);
		value ^= (value ^ sparse->value[i]) & (__u32)-equal;
	}
	return value;
}

/* The value of half an IPv6 address, in host order, in the tree of a root. */
static __always_inline int efw_walk6(__u32 root, __u64 half,
				     const __u32 levels)
{
	const struct efw_leaf6 *leaf;
	__u32 line = EFW_ROOT_LINE(root & ~EFW_LOWER);
	__u64 count;

	if (EFW_ROOT_HEIGHT(root) == EFW_SPARSE) {
		const struct efw_sparse6 *sparse = efw_line(line);

		return sparse ? efw_among6(sparse, half) : EFW_BROKEN;
	}
	if (EFW_ROOT_HEIGHT(root) > levels)
		return EFW_BROKEN;
	for (__u32 level = 0; level < levels; level++) {
		const struct efw_node6 *node;

		if (level >= EFW_ROOT_HEIGHT(root))
			break;
		node = efw_line(line);
		if (!node)
			return EFW_BROKEN;
		count = 0;
#pragma unroll
		for (int i = 0; i < 7; i++)
			count += efw_reached64(node->key[i], half);
		line = node->first + (count < node->last ? count : node->last);
	}

	leaf = efw_line(line);
	if (!leaf)
		return EFW_BROKEN;
	count = 0;
#pragma unroll
	for (int i = 0; i < EFW_LEAF6_KEYS; i++)
		count += efw_reached64(leaf->key[i], half);
	EFW_OPAQUE(count);
	return leaf->value[count & 7];
}

__noinline int efw_value6(__u32 root, __u64 half)
{
	return efw_walk6(root, half, EFW_TREE_HEIGHT_MAX);
}

/* The slot of the IPv6 index for the upper half of an address, or null. */
static __always_inline const __u32 *efw_slot6(const struct efw_image *image,
					      __u64 upper)
{
	__u64 slot = (upper - image->base6) >> (image->shift6 & 63);
	const struct efw_line *index;

	if (slot >= image->slots6)
		slot = image->slots6 - 1;
	index = efw_line(image->index6 + (__u32)(slot >> 4));
	if (!index)
		return 0;
	EFW_OPAQUE(index); /* the verifier wants the sum after the check */
	return &index->w[slot & 15];
}

/* The class of an IPv6 address, its halves in host order. */
static __always_inline int efw_class6(const struct efw_image *image,
				      __u64 upper, __u64 lower)
{
	const __u32 *root;
	int value;

	if (!image->slots6 || upper < image->base6)
		return 0;
	root = efw_slot6(image, upper);
	if (!root)
		return EFW_BROKEN;
	value = efw_value6(*root, upper);
	if (value != EFW_BROKEN && (value & EFW_LOWER))
		value = efw_value6(value, lower);
	return value;
}

/* The class of an address; 0: no rule names it. */
static __always_inline int
efw_network_class(const struct efw_view *view, const struct efw_addr *addr)
{
	return efw_is_mapped(addr)
		       ? efw_class4(view->index4, view->shift4,
				    bpf_ntohl(addr->w[3]))
		       : efw_class6(view->image, efw_upper(addr),
				    efw_lower(addr));
}

static __always_inline const struct efw_term *efw_term_at(__u32 terms,
							  __u32 index)
{
	const struct efw_term *line = efw_line(terms + (index >> 2));

	if (!line)
		return 0;
	EFW_OPAQUE(line); /* the verifier wants the sum after the check */
	return line + (index & 3);
}

/*
 * The sign of each number: below, above, not among the protocols. No branch:
 * the verifier walks long classes in a loop.
 */
static __always_inline __u64 efw_term_misses(const struct efw_term *term,
					     __u32 port, __u32 protocols)
{
	__u64 miss = (__u64)port - term->first_port;

	miss |= (__u64)term->last_port - port;
	miss |= (__u64)(term->protocols & protocols) - 1;
	return miss;
}

static __always_inline int efw_term_matches(const struct efw_term *term,
					    __u32 port, __u32 protocols)
{
	__u64 miss = efw_term_misses(term, port, protocols);

	EFW_OPAQUE(miss);
	return !(miss >> 63);
}

/* The sign of a number says whether it is another than zero. */
#define EFW_NOT_ZERO(x) ((x) | -(x))

/*
 * The sign: whether a term is for a program. Whoever is not known is every
 * program that a rule denies, and none that one allows.
 */
static __always_inline __u64 efw_term_is_for(const struct efw_term *term,
					     __u64 exes)
{
	const __u64 ones = 0x0001000100010001ULL;
	__u64 others = exes ^ term->exe * ones; /* zero bits where it is one */
	__u64 known = (others - ones) & ~others & ones << 15;
	__u64 denies = (__u64)term->verdict - EFW_TERM_ALLOW;

	return ((__u64)term->exe - 1) | EFW_NOT_ZERO(known) |
	       (denies & ~EFW_NOT_ZERO(~exes));
}

/* What a term is asked about, as one number. */
#define EFW_ASK(port, protocols) ((port) << 8 | (protocols))

static __always_inline int efw_term_speaks(const struct efw_term *term,
					   __u32 ask, __u64 exes)
{
	__u64 miss = efw_term_misses(term, ask >> 8, ask & 0xff) |
		     ~efw_term_is_for(term, exes);

	EFW_OPAQUE(miss);
	return !(miss >> 63);
}

/* Index of the first term of a class that matches. */
__noinline int efw_match(__u32 terms, __u32 class, __u32 ask, __u64 exes)
{
	for (__u32 i = 0; i < EFW_CLASS_TERMS_MAX; i++) {
		const struct efw_term *term = efw_term_at(terms, class + i);

		if (!term)
			return EFW_BROKEN;
		if (efw_term_speaks(term, ask, exes))
			return class + i;
		if (!term->more)
			return EFW_NOTHING;
	}
	return EFW_BROKEN;
}

/* Mixes an address to where its line belongs; mirrored in C#. */
static __always_inline __u64 efw_hash(__u64 seed, __u64 upper, __u64 lower)
{
	__u64 hash = (seed ^ upper) * 0x9e3779b97f4a7c15ULL;

	hash ^= hash >> 32;
	hash = (hash ^ lower) * 0x9e3779b97f4a7c15ULL;
	return hash >> 32;
}

/*
 * The line of a learned address, its halves in host order. User space writes a
 * new line's first lease last; so that is read first, and the address after it
 * (EFW_AFTER: also by machines that reorder loads) is whole.
 */
static __always_inline int efw_probe_learned(__u32 first, __u32 mask,
					     __u64 seed, __u64 upper,
					     __u64 lower, const __u32 probes)
{
	__u64 hash = efw_hash(seed, upper, lower);

	for (__u32 i = 0; i < probes; i++) {
		__u32 line = first + ((hash + i) & mask);
		const volatile struct efw_learned *learned = efw_line(line);
		__u64 lease;

		if (!learned)
			return EFW_BROKEN;
		lease = learned->lease[0];
		if (!lease)
			return EFW_NOTHING;
		EFW_AFTER(learned, lease);
		if (learned->upper == upper && learned->lower == lower)
			return line;
	}
	return EFW_FARTHER;
}

__noinline int efw_find_learned(__u32 first, __u32 mask, __u64 seed,
				__u64 upper, __u64 lower)
{
	int line = efw_probe_learned(first, mask, seed, upper, lower,
				     EFW_PROBES);

	return line == EFW_FARTHER ? EFW_NOTHING : line;
}

static __always_inline const struct efw_learned_set *
efw_learned_set(const struct efw_view *view)
{
	return &view->header->learned[view->generation & 1];
}

static __always_inline int efw_learned_line(const struct efw_view *view,
					    const struct efw_addr *addr)
{
	const struct efw_learned_set *set = efw_learned_set(view);

	return efw_find_learned(set->first, set->mask, set->seed,
				efw_upper(addr), efw_lower(addr));
}

/*
 * Index of the term by which names decide about a learned address: one that
 * denies, else one that allows. `since` is the tick at which a lease must be
 * alive; 0 takes those that have ended, too.
 */
__noinline int efw_match_leases(__u32 line, __u32 terms, __u32 ask,
				__u64 since, __u64 exes)
{
	int found = EFW_NOTHING;

	for (__u32 i = 0; i < EFW_LEASES; i++) {
		const volatile struct efw_learned *learned = efw_line(line);
		const struct efw_term *term;
		__u64 lease;
		int index;

		if (!learned)
			return EFW_BROKEN;
		lease = learned->lease[i];
		if (!lease || EFW_LEASE_DEADLINE(lease) <= since)
			continue;
		index = efw_match(terms, EFW_LEASE_CLASS(lease), ask, exes);
		if (index == EFW_NOTHING)
			continue;
		term = index < 0 ? 0 : efw_term_at(terms, index);
		if (!term)
			return EFW_BROKEN;
		if (term->verdict != EFW_TERM_ALLOW)
			return index;
		found = index;
	}
	return found;
}

#endif
