"""Web pages: what of a page is its account, and what is menu, advert or hidden."""
