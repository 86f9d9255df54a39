# The image of `imhoweb serve`: one static binary and nothing else. It needs
# DATABASE_URL and IMHOWEB_CLE; migrations run with `imhoweb migrate`.
FROM golang:1.26-bookworm AS construction
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
# Without VERSION, the one written in the source.
ARG VERSION=
RUN CGO_ENABLED=0 go build -trimpath -ldflags "-s -w ${VERSION:+-X main.numeroVersion=${VERSION}}" -o /imhoweb ./cmd/imhoweb

FROM gcr.io/distroless/static-debian12:nonroot
COPY --from=construction /imhoweb /imhoweb
ENV IMHOWEB_ADRESSE=0.0.0.0:8080
EXPOSE 8080
ENTRYPOINT ["/imhoweb"]
CMD ["serve"]
