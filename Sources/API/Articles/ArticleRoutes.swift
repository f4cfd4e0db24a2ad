// SPDX-License-Identifier: Apache-2.0
package import CustomerRelations
import HTTP
import JSON
import Routing

/// The operations on known problems.
package struct ArticleRoutes {
    private static let tag = "Known problems"

    private let articles: ArticleService

    package init(articles: ArticleService) {
        self.articles = articles
    }

    package var all: [APIRoute] {
        [create, list, suggest, find, change, archive, link, unlink]
    }

    private var create: APIRoute {
        .write(
            .post,
            "/v1/articles",
            name: "createArticle",
            summary: "Adds a known problem",
            tag: Self.tag,
            scope: Scope.articlesWrite.rawValue,
            takes: .body(ArticleDetails.fields),
            returns: .created(Article.fields) { Subject(.article, $0.id).path }
        ) { [articles] details, call, transaction in
            try articles.create(details, by: call.occasion, in: transaction)
        }
    }

    private var list: APIRoute {
        .list(
            "/v1/articles",
            name: "listArticles",
            summary: "Lists known problems",
            tag: Self.tag,
            scope: Scope.articlesRead.rawValue,
            Listing(
                filter: ArticleFilter.fields,
                rows: Article.fields,
                sorts: ArticleSorting.allCases.map(\.rawValue)
            )
        ) { [articles] query, _, snapshot in
            try articles.list(query.0, query.1.request(), in: snapshot).slice
        }
    }

    private var suggest: APIRoute {
        .read(
            .get,
            "/v1/articles/suggestions",
            name: "suggestArticles",
            summary: "Suggests known problems while a complaint is being recorded, with reasons",
            tag: Self.tag,
            scope: Scope.articlesRead.rawValue,
            takes: .query(SuggestionQuery.fields),
            returns: .record(ArticleSuggestions.fields)
        ) { [articles] query, _, snapshot in
            do {
                return ArticleSuggestions(
                    items: try articles.suggest(for: query.sketch, limit: query.limit, in: snapshot)
                )
            } catch ServiceError.refused(let refusals) {
                throw Problem(
                    parameters: Violations(refusals.map { Violation($0.pointer, $0.detail) })
                )
            }
        }
    }

    private var find: APIRoute {
        .read(
            .get,
            "/v1/articles/{article}",
            ID<Article>.self,
            name: "getArticle",
            summary: "Reads a known problem, with how often its fix helped",
            tag: Self.tag,
            scope: Scope.articlesRead.rawValue,
            takes: .nothing,
            returns: .record(Article.fields)
        ) { [articles] _, _, snapshot, id in
            try articles.find(id, in: snapshot)
        }
    }

    private var change: APIRoute {
        .change(
            "/v1/articles/{article}",
            ID<Article>.self,
            name: "changeArticle",
            summary: "Changes a known problem",
            tag: Self.tag,
            scope: Scope.articlesWrite.rawValue,
            fields: ArticleDetails.fields,
            details: \.details,
            returns: Article.fields,
            problems: [.notAllowedNow],
            find: { [articles] _, _, transaction, id in try articles.find(id, in: transaction) },
            apply: { [articles] details, article, call, transaction in
                try articles.change(article, to: details, by: call.occasion, in: transaction)
            }
        )
    }

    private var archive: APIRoute {
        .write(
            .delete,
            "/v1/articles/{article}",
            ID<Article>.self,
            name: "archiveArticle",
            summary: "Archives a problem that nobody has any more; it stays readable by id",
            tag: Self.tag,
            scope: Scope.articlesWrite.rawValue,
            takes: .nothing,
            returns: .noContent,
            problems: [.preconditionFailed],
            honoursIfMatch: true
        ) { [articles] _, call, transaction, id in
            let article = try articles.find(id, in: transaction)
            try call.demandMatch(article, Article.fields)
            try articles.archive(article, by: call.occasion, in: transaction)
        }
    }
}

// MARK: - Links

extension ArticleRoutes {
    private var link: APIRoute {
        .write(
            .post,
            "/v1/complaints/{complaint}/articles",
            ID<Complaint>.self,
            name: "linkArticle",
            summary: "Notes which known problem a complaint is about",
            tag: Self.tag,
            scope: Scope.complaintsWrite.rawValue,
            takes: .body(ArticleLink.body),
            returns: .record(Article.fields)
        ) { [articles] link, call, transaction, id in
            try articles.link(link.articleID, to: id, by: call.occasion, in: transaction)
        }
    }

    private var unlink: APIRoute {
        .write(
            .delete,
            "/v1/complaints/{complaint}/articles/{article}",
            ID<Complaint>.self,
            ID<Article>.self,
            name: "unlinkArticle",
            summary: "Takes back which known problem a complaint is about",
            tag: Self.tag,
            scope: Scope.complaintsWrite.rawValue,
            takes: .nothing,
            returns: .noContent
        ) { [articles] _, call, transaction, complaint, article in
            try articles.unlink(article, from: complaint, by: call.occasion, in: transaction)
        }
    }
}
