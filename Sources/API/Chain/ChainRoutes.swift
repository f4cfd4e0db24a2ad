// SPDX-License-Identifier: Apache-2.0
package import CustomerRelations
import HTTP
import Routing

/// The operations on the chain of trade.
package struct ChainRoutes {
    private static let tag = "Chain"

    private let chains: ChainService

    package init(chains: ChainService) {
        self.chains = chains
    }

    package var all: [APIRoute] {
        [link, list, chain, find, unlink]
    }

    private var link: APIRoute {
        .write(
            .post,
            "/v1/customers/{customer}/links",
            ID<Customer>.self,
            name: "linkCustomer",
            summary: "Says through whom a customer buys, or whom it serves",
            tag: Self.tag,
            scope: Scope.customersWrite.rawValue,
            takes: .body(NewChainLink.fields),
            returns: .created(ChainLink.fields) { Subject(.chainLink, $0.id).path },
            problems: [.chainRole, .chainCycle, .duplicate, .notAllowedNow]
        ) { [chains] new, call, transaction, id in
            try chains.link(id, new, by: call.occasion, in: transaction)
        }
    }

    private var list: APIRoute {
        .list(
            "/v1/customers/{customer}/links",
            ID<Customer>.self,
            name: "listLinks",
            summary: "Lists a customer's links in either direction",
            tag: Self.tag,
            scope: Scope.customersRead.rawValue,
            Listing(filter: ChainLinkFilter.fields, rows: ChainLink.fields, sorts: ["id"])
        ) { [chains] query, _, snapshot, id in
            try chains.list(of: id, query.0, query.1.request(), in: snapshot).slice
        }
    }

    private var chain: APIRoute {
        .read(
            .get,
            "/v1/customers/{customer}/chain",
            ID<Customer>.self,
            name: "getChain",
            summary: "Shows the chain of trade up and down from a customer",
            tag: Self.tag,
            scope: Scope.customersRead.rawValue,
            takes: .query(ChainQuery.fields),
            returns: .record(Chain.fields)
        ) { [chains] query, _, snapshot, id in
            try chains.chain(of: id, query, in: snapshot)
        }
    }

    private var find: APIRoute {
        .read(
            .get,
            "/v1/chain-links/{link}",
            ID<ChainLink>.self,
            name: "getLink",
            summary: "Reads a link between customers",
            tag: Self.tag,
            scope: Scope.customersRead.rawValue,
            takes: .nothing,
            returns: .record(ChainLink.fields)
        ) { [chains] _, _, snapshot, id in
            try chains.find(id, in: snapshot)
        }
    }

    private var unlink: APIRoute {
        .write(
            .delete,
            "/v1/chain-links/{link}",
            ID<ChainLink>.self,
            name: "unlinkCustomer",
            summary: "Removes a link between customers",
            tag: Self.tag,
            scope: Scope.customersWrite.rawValue,
            takes: .nothing,
            returns: .noContent
        ) { [chains] _, call, transaction, id in
            let link = try chains.find(id, in: transaction)
            try chains.unlink(link, by: call.occasion, in: transaction)
        }
    }
}
