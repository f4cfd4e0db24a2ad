// SPDX-License-Identifier: Apache-2.0
package import CustomerRelations
import HTTP
import Routing

/// The operations on products.
package struct ProductRoutes {
    private let products: ProductService

    package init(products: ProductService) {
        self.products = products
    }

    package var all: [APIRoute] {
        [create, list, find, change]
    }

    private var create: APIRoute {
        .write(
            .post,
            "/v1/products",
            name: "createProduct",
            summary: "Creates a product",
            tag: "Trade",
            scope: Scope.productsWrite.rawValue,
            takes: .body(ProductDetails.fields),
            returns: .created(Product.fields) { Subject(.product, $0.id).path },
            problems: [.duplicate]
        ) { [products] details, call, transaction in
            try products.create(details, by: call.occasion, in: transaction)
        }
    }

    private var list: APIRoute {
        .list(
            "/v1/products",
            name: "listProducts",
            summary: "Lists products",
            tag: "Trade",
            scope: Scope.productsRead.rawValue,
            Listing(
                filter: ProductFilter.fields,
                rows: Product.fields,
                sorts: ProductSorting.allCases.map(\.rawValue)
            )
        ) { [products] query, _, snapshot in
            try products.list(query.0, query.1.request(), in: snapshot).slice
        }
    }

    private var find: APIRoute {
        .read(
            .get,
            "/v1/products/{product}",
            ID<Product>.self,
            name: "getProduct",
            summary: "Reads a product",
            tag: "Trade",
            scope: Scope.productsRead.rawValue,
            takes: .nothing,
            returns: .record(Product.fields)
        ) { [products] _, _, snapshot, id in
            try products.find(id, in: snapshot)
        }
    }

    private var change: APIRoute {
        .change(
            "/v1/products/{product}",
            ID<Product>.self,
            name: "changeProduct",
            summary: "Changes a product",
            tag: "Trade",
            scope: Scope.productsWrite.rawValue,
            fields: ProductDetails.fields,
            details: \.details,
            returns: Product.fields,
            problems: [.duplicate],
            find: { [products] _, _, transaction, id in try products.find(id, in: transaction) },
            apply: { [products] details, product, call, transaction in
                try products.change(product, to: details, by: call.occasion, in: transaction)
            }
        )
    }
}
