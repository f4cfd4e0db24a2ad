// SPDX-License-Identifier: Apache-2.0
import CustomerRelations
import JSON
import Routing

extension NewChainLink {
    static let fields: Fields<NewChainLink> = Fields(
        "NewChainLink",
        NewChainLink.init,
        Field("kind", \.kind, .enumeration(), "What the customer does with the other one."),
        Field("customerId", \.customerID, .id(), "The other one.")
    )
}

extension ChainMember {
    static let fields: Representation<ChainMember> = Representation(
        "ChainMember",
        CustomerReference.fields.lifted(\.customer) + [
            Member("role", \.role, .enumeration())
        ]
    )
}

extension ChainLink {
    static let fields: Representation<ChainLink> = Representation(
        "ChainLink",
        [
            Member("id", \.id, .id()),
            Member("kind", \.kind, .enumeration()),
            Member("from", \.from, .object(ChainMember.fields), "Who buys, or serves."),
            Member("to", \.to, .object(ChainMember.fields), "Through whom, or whom."),
            Member("createdAt", \.createdAt, .instant),
        ]
    )

    /// What the journal says.
    static let journalled: Representation<ChainLink> = Representation(
        nil,
        [
            Member("kind", \.kind, .enumeration()),
            Member("fromId", \.from.customer.id, .id()),
            Member("toId", \.to.customer.id, .id()),
        ]
    )
}

extension ChainLinkFilter {
    static let fields: Fields<ChainLinkFilter> = Fields(
        nil,
        ChainLinkFilter.init,
        Field(optional: "kind", \.kind, .enumeration())
    )
}

extension ChainQuery {
    static let fields: Fields<ChainQuery> = Fields(
        nil,
        ChainQuery.init,
        Field("depth", \.depth, .integer(Chain.depthRange), default: 5, "How many steps to go.")
    )
}

extension Chain {
    static let fields: Representation<Chain> = Representation(
        "Chain",
        [
            Member("customer", \.customer, .object(ChainMember.fields)),
            Member("up", \.up, .object(sides), "Through whom it buys, and who serves it."),
            Member("down", \.down, .object(sides), "Who buys through it, and whom it serves."),
        ]
    )

    private static let sides: Representation<Side> = Representation(
        "ChainSide",
        [
            Member("endUsers", { $0.count(.end) }, .count, "How many of those shown are."),
            Member("intermediaries", { $0.count(.intermediary) }, .count),
            Member("internal", { $0.count(.internal) }, .count),
            Member("cut", \.isCut, .boolean, "Whether there are more than are shown."),
            Member("members", \.steps, .array(of: .object(steps)), "The nearest first."),
        ]
    )

    private static let steps: Representation<Step> = Representation(
        "ChainStep",
        ChainMember.fields.lifted(\.member) + [
            Member("level", \.level, .integer(depthRange), "In how many steps it is reached."),
            Member("kind", \.kind, .enumeration(), "By what link."),
            Member("linkId", \.linkID, .id()),
            Member("overId", \.overID, .id(), "The customer before it."),
        ]
    )
}
