/* SPDX-License-Identifier: (MIT OR GPL-2.0-only) */
/*
 * Never attached: test runs ask the policy's memory for many addresses at once.
 * A packet of struct efw_probe, behind an Ethernet header, comes back with the
 * answers. The functions are those that the firewall runs.
 */
#include "lib/policy.h"

#define EFW_ETHERNET_BYTES 14
#define EFW_PROBES_PER_PACKET 32

/*
 * addr      in
 * class     of the narrowest network; EFW_BROKEN
 * learned   line of the learned address; EFW_NOTHING, EFW_BROKEN
 */
struct efw_probe {
	struct efw_addr addr;
	__s32 class;
	__s32 learned;
};

SEC("tc")
int efw_look_up(struct __sk_buff *skb)
{
	struct efw_view view;

	if (!efw_look(&view, 1))
		return 1;

	for (__u32 i = 0; i < EFW_PROBES_PER_PACKET; i++) {
		__u32 offset = EFW_ETHERNET_BYTES + i * sizeof(struct efw_probe);
		void *data = (void *)(long)skb->data;
		struct efw_probe *probe = data + offset;

		if ((void *)(probe + 1) > (void *)(long)skb->data_end)
			break;
		probe->class = efw_network_class(&view, &probe->addr);
		probe->learned = efw_learned_line(&view, &probe->addr);
	}
	return 0;
}

char efw_license[] SEC("license") = "Dual MIT/GPL";
