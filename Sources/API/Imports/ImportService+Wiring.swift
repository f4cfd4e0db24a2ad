// SPDX-License-Identifier: Apache-2.0
package import CustomerRelations
import JSON

extension ImportService {
    /// Imports under the rules of these services, with the wire's words for the journal.
    package init(services: Services) {
        self.init(
            rules: ImportRules(
                contacts: services.contacts,
                orders: services.orders,
                payments: services.payments,
                refunds: services.refunds,
                plans: services.plans,
                categorySpend: services.categorySpend,
                complaints: services.complaints,
                interactions: services.interactions
            ),
            journal: services.journal,
            descriptions: Descriptions(
                imports: Import.fields.changes,
                chunk: ImportChunk.fields.changes
            )
        )
    }
}
