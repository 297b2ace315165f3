// Built from Debian's sources, without network (GO111MODULE=off); this file lets Go read their import paths.
module callload

go 1.19
