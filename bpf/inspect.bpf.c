/* SPDX-License-Identifier: (MIT OR GPL-2.0-only) */
/*
 * Never attached: test runs give the parsers one segment at a time. The state
 * that sockets keep elsewhere stands in an array here, by the number of a flow.
 */
#include "lib/http.h"
#include "lib/names.h"
#include "lib/tls.h"

#define EFW_ETHERNET_BYTES 14

/* struct efw_trial.flags */
#define EFW_TRIAL_BEGIN 1 /* a SYN with sequence number `isn` goes before */
#define EFW_TRIAL_ANEW 2  /* and it is the first one, whatever went before */

/* Stands between the Ethernet header and the payload. */
struct efw_trial {
	__u32 flow;
	__u32 isn;
	__u32 seq;
	__u8 flags;
	__u8 tcp_flags;
	__u16 _reserved;
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__uint(map_flags, BPF_F_MMAPABLE);
	__type(key, __u32);
	__type(value, struct efw_inspection);
} efw_flows SEC(".maps");

/* The programs themselves, which go on where they stopped: 0 TLS, 1 HTTP. */
struct {
	__uint(type, BPF_MAP_TYPE_PROG_ARRAY);
	__uint(max_entries, 2);
	__type(key, __u32);
	__type(value, __u32);
} efw_again SEC(".maps");

/* The segment of a trial, and the state of its flow. */
static __always_inline struct efw_inspection *
efw_trial(struct __sk_buff *skb, struct efw_segment *segment)
{
	struct efw_inspection *s;
	struct efw_trial trial;

	if (bpf_skb_load_bytes(skb, EFW_ETHERNET_BYTES, &trial, sizeof(trial)))
		return 0;
	s = bpf_map_lookup_elem(&efw_flows, &trial.flow);
	if (!s)
		return 0;
	if (trial.flags & EFW_TRIAL_ANEW)
		s->begun = 0;
	if (trial.flags & (EFW_TRIAL_BEGIN | EFW_TRIAL_ANEW))
		efw_inspect_begin(s, trial.isn);
	segment->seq = trial.seq;
	segment->offset = EFW_ETHERNET_BYTES + sizeof(trial);
	segment->length = skb->len - segment->offset;
	segment->flags = trial.tcp_flags;
	return s;
}

SEC("tc")
int efw_trial_tls(struct __sk_buff *skb)
{
	struct efw_segment segment = {};
	struct efw_inspection *s = efw_trial(skb, &segment);
	enum efw_inspected answer;

	if (!s)
		return -1;
	answer = efw_tls_read(skb, s, &segment);
	if (answer == EFW_INSPECT_AGAIN)
		bpf_tail_call(skb, &efw_again, 0);
	return answer;
}

SEC("tc")
int efw_trial_http(struct __sk_buff *skb)
{
	struct efw_segment segment = {};
	struct efw_inspection *s = efw_trial(skb, &segment);
	enum efw_inspected answer;

	if (!s)
		return -1;
	answer = efw_http_read(skb, s, &segment);
	if (answer == EFW_INSPECT_AGAIN)
		bpf_tail_call(skb, &efw_again, 1);
	return answer;
}

/*
 * The class of a name: the payload, which must be in lower case. In place of a
 * revision the policy's memory has the set of names itself.
 */
SEC("tc")
int efw_trial_name(struct __sk_buff *skb)
{
	struct efw_segment segment = {};
	struct efw_inspection *s = efw_trial(skb, &segment);
	const struct efw_header *header = efw_line(0);

	if (!s || !header || segment.length > EFW_NAME_MAX ||
	    !efw_load_some(skb, segment.offset, s->name, segment.length))
		return -1;
	s->name_length = segment.length;
	return efw_name_class(s, (__u32)header->active);
}

char efw_license[] SEC("license") = "Dual MIT/GPL";
